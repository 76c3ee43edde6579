//! The one table of commands. From it come [`Engine::call`] for every host and the TypeScript types
//! of the page (`ui/src/lib/api/generated.ts`, compared by a test, rewritten with `UPDATE=1`).

use countersign_contracts::citation::Citation;
use countersign_contracts::finding::Finding;
use serde_json::Value;
use ts_rs::TS;

use crate::Engine;
use crate::error::Error;
use crate::views::*;

macro_rules! commands {
    ($($(#[doc = $doc:literal])* $name:ident($argument:ty) -> $reply:ty;)*) => {
        impl Engine {
            /// Runs the command `name` with a JSON argument; the wire of every host.
            ///
            /// # Errors
            /// [`Error::UnknownCommand`], [`Error::Argument`], or what the command itself says.
            pub async fn call(&self, name: &str, argument: Value) -> Result<Value, Error> {
                match name {
                    $(stringify!($name) => {
                        let argument: $argument = serde_json::from_value(argument)
                            .map_err(|source| Error::Argument { command: stringify!($name), source })?;
                        let reply: $reply = self.$name(argument).await?;
                        Ok(serde_json::to_value(reply)?)
                    })*
                    _ => Err(Error::UnknownCommand { name: name.to_owned() }),
                }
            }
        }

        /// Names of all commands, in the order of the table.
        pub const COMMANDS: &[&str] = &[$(stringify!($name),)*];

        fn command_map(config: &ts_rs::Config) -> String {
            let mut map = String::from("export interface Commands {\n");
            $(
                $(map.push_str(concat!("  /**", $doc, " */\n"));)*
                map.push_str(&format!(
                    "  {}: {{ argument: {}; reply: {} }};\n",
                    stringify!($name),
                    <$argument as TS>::name(config),
                    <$reply as TS>::name(config),
                ));
            )*
            map.push_str("}\n");
            map
        }

        fn visit_types(visitor: &mut impl ts_rs::TypeVisitor) {
            $(
                visitor.visit::<$argument>();
                <$argument as TS>::visit_dependencies(visitor);
                <$argument as TS>::visit_generics(visitor);
                visitor.visit::<$reply>();
                <$reply as TS>::visit_dependencies(visitor);
                <$reply as TS>::visit_generics(visitor);
            )*
        }
    };
}

commands! {
    /// Reviews dropped files; replies at once, before anything is read.
    submit_contracts(SubmitContracts) -> Vec<Submitted>;
    /// Reviews the sample contracts that come with the program.
    submit_samples(Nothing) -> Vec<Submitted>;
    /// The queue: newest first.
    list_reviews(Nothing) -> Vec<ReviewRow>;
    /// One review with its report, or nothing when there is no such review.
    get_review(ReviewId) -> Option<ReviewView>;
    /// Risks found so far by a review that is under way; what seems missing is not among them.
    findings_so_far(ReviewId) -> Vec<Finding>;
    /// The words of a page, for files that have no pages of their own.
    get_page(PageOfContract) -> Option<PageText>;
    /// Where words stand in a contract, as it was read.
    find_words(FindWords) -> WordsFound;
    /// A picture of a spot of a page, drawn in a process of its own; nothing for files without pages.
    get_spot(SpotOfContract) -> Option<SpotPicture>;
    /// Ends a review; what was found so far is kept.
    stop_review(ReviewId) -> ReviewRow;
    /// Goes on with a failed or stopped review from where it ended.
    retry_review(ReviewId) -> ReviewRow;
    /// Gives the password of a locked file, which is held in memory only, and goes on with its review.
    give_password(GivePassword) -> ReviewRow;
    /// Ends a review as soon as the steps at work are done.
    stop_review_after_step(ReviewId) -> ReviewRow;
    /// Holds a review: steps at work are finished, no other begins.
    pause_review(ReviewId) -> ReviewRow;
    /// Goes on with a review that was paused or that waits for a person.
    resume_review(ReviewId) -> ReviewRow;
    /// Leaves out what models have not answered yet; the offline reader has read everything.
    finish_offline(ReviewId) -> ReviewRow;
    /// Says which party is our side; a finished review is judged again, without reading again.
    choose_side(ChooseSide) -> ReviewRow;
    /// Says what sort of agreement it is; a finished review is judged again, without reading again.
    choose_contract_type(ChooseContractType) -> ReviewRow;
    /// Judges a finished review by another playbook, or by the one it has as it is now, without reading again.
    choose_playbook(ChoosePlaybook) -> ReviewRow;
    /// Accepts or dismisses a finding, or opens it again.
    decide_finding(DecideFinding) -> DecisionsView;
    /// Puts a note beside a finding, or takes it away.
    note_finding(NoteFinding) -> DecisionsView;
    /// Makes a finding of words that a person selected.
    add_finding(AddFinding) -> AddedFinding;
    /// Says of a finding how much it matters and what to ask for, in place of the playbook.
    edit_finding(EditFinding) -> Nothing;
    /// Removes a finding that a person made.
    remove_finding(RemoveFinding) -> Nothing;
    /// Why a finding is there: the rule that fired, and what was read.
    explain_finding(ExplainFinding) -> Explanation;
    /// Takes a decision back: the newest, unless one is named.
    undo_decision(UndoDecision) -> DecisionsView;
    /// Moves a review before or behind the others.
    change_priority(ReviewPriority) -> ReviewRow;
    /// Gives a review caps of its own, or the common ones again.
    change_review_budget(ReviewBudget) -> ReviewRow;
    /// Holds the whole queue, or lets it go on.
    pause_all(PauseAll) -> Status;
    /// The steps of a review with every attempt: what ran, when, and what failed.
    get_history(ReviewId) -> Vec<StepView>;
    /// Passages of one contract that have to do with a question, definitions of its terms first.
    related_passages(RelatedPassages) -> Vec<PassageView>;
    /// Passages of all contracts that have to do with a question, best first.
    search_text(SearchText) -> Vec<FoundPassage>;
    /// The words at a place of a contract's text, with where they stand on the page.
    cite_place(SpanOfContract) -> Vec<Citation>;
    /// Asks about a contract; replies at once, and the whole contract is read for the answer in the background.
    ask_contract(AskContract) -> QuestionView;
    /// What was asked about a contract, newest first, each with what was found for it so far.
    list_questions(ReviewId) -> Vec<QuestionView>;
    /// Takes a question away with its answer; what is being read for it is not read on.
    remove_question(QuestionId) -> Nothing;
    /// Contracts side by side, each with its key terms.
    portfolio(PortfolioQuery) -> PortfolioPage;
    /// Contracts side by side as a table for a spreadsheet; all that the query finds.
    export_portfolio(PortfolioQuery) -> Export;
    /// Views of the portfolio that were saved, by name.
    list_portfolio_views(Nothing) -> Vec<SavedView>;
    /// Saves a view of the portfolio, in the place of the one of its name.
    save_portfolio_view(SavedView) -> Vec<SavedView>;
    /// Removes a saved view.
    remove_portfolio_view(ViewName) -> Vec<SavedView>;
    /// Last days for notices and ends of terms of all contracts, in order.
    renewals(RenewalsQuery) -> RenewalsPage;
    /// The risk summary as a file.
    export_review(ExportReview) -> Export;
    /// Playbooks to choose from: those that come with the program, then a person's own.
    list_playbooks(Nothing) -> Vec<PlaybookRow>;
    /// A playbook with its text.
    get_playbook(PlaybookId) -> PlaybookView;
    /// Reads a playbook's text as a review would, and says what is wrong with it.
    read_playbook(PlaybookText) -> PlaybookReading;
    /// Makes a change of the form in a playbook's text; nothing is kept.
    edit_playbook(EditPlaybook) -> PlaybookReading;
    /// Makes a playbook of one's own from another.
    duplicate_playbook(PlaybookId) -> PlaybookRow;
    /// Keeps a playbook of one's own, new or changed; reviews made by it before stay as they are.
    save_playbook(SavePlaybook) -> PlaybookRow;
    /// Removes a playbook of one's own; reviews made by it stay as they are.
    remove_playbook(PlaybookId) -> Nothing;
    /// What a playbook would make of a reviewed contract; nothing is kept.
    try_playbook(TryPlaybook) -> PlaybookTrial;
    /// The notice list, newest first.
    list_notices(Nothing) -> Vec<Notice>;
    /// Marks all notices as read.
    mark_notices_read(Nothing) -> Nothing;
    /// What the desktop shows when a review ends, and when it is quiet.
    get_notifications(Nothing) -> NotificationSettings;
    /// Changes what the desktop shows when a review ends.
    change_notifications(NotificationSettings) -> NotificationSettings;
    /// Model providers that are set up, with their state.
    list_providers(Nothing) -> Vec<ProviderView>;
    /// Providers that are known by name, to set one up by.
    list_presets(Nothing) -> Vec<PresetView>;
    /// Sets a provider up, or changes how it is.
    save_provider(ProviderSetup) -> Vec<ProviderView>;
    /// The models that a provider says it has.
    list_models(ProviderId) -> ModelList;
    /// Takes a provider away; reviews that need it wait or are finished offline.
    remove_provider(ProviderId) -> Vec<ProviderView>;
    /// Keeps a provider's key in the system's keychain; where there is none, in memory for this run.
    set_provider_key(ProviderKey) -> Vec<ProviderView>;
    /// Takes a provider's key out of keychain and memory.
    forget_provider_key(ProviderId) -> Vec<ProviderView>;
    /// Asks a provider about a sample part, as reviews ask, and says in words what is wrong.
    test_provider(ProviderId) -> ProviderTest;
    /// Has a provider read contracts with planted risks, in the background; one at a time. Its calls stand in no budget.
    measure_provider(MeasureProvider) -> MeasurementView;
    /// Ends the measurement that runs.
    stop_measurement(Nothing) -> Vec<MeasurementView>;
    /// Measurements of providers, the newest first, with the one that runs.
    list_measurements(Nothing) -> Vec<MeasurementView>;
    /// A provider that waited for the person is asked again.
    resume_provider(ProviderId) -> Vec<ProviderView>;
    /// Chooses which providers new reviews ask.
    choose_readers(ReaderChoice) -> Vec<ProviderView>;
    /// Has nothing leave this computer any more, or lets it: with it, reviews that wait for a model are
    /// finished offline.
    change_offline(OfflineSwitch) -> Status;
    /// Chooses what is replaced in questions before they leave; it holds from the next question on.
    change_redaction(RedactionSettings) -> Status;
    /// What left this computer in the last year, call by call.
    list_outbound(ListOutbound) -> OutboundLog;
    /// Webhooks: addresses that are told when a review ends.
    list_webhooks(Nothing) -> Vec<WebhookView>;
    /// Adds a webhook and tells its secret, this once.
    add_webhook(NewWebhook) -> WebhookSecret;
    /// Gives a webhook a new secret; the one before signs beside it for a day.
    rotate_webhook(WebhookName) -> WebhookSecret;
    /// Switches a webhook off, or on again; what waits for it goes then.
    switch_webhook(WebhookSwitch) -> Vec<WebhookView>;
    /// Takes a webhook away, with its secret and all it was told.
    remove_webhook(WebhookName) -> Vec<WebhookView>;
    /// Sends a webhook a message that is about nothing, and says how it was received.
    test_webhook(WebhookName) -> WebhookTest;
    /// What a webhook was told, with every try.
    list_deliveries(ListDeliveries) -> Vec<DeliveryView>;
    /// Sends a message once more, now; if it is not taken, by the schedule again.
    redeliver(DeliveryId) -> WebhookTest;
    /// Decisions about findings of all contracts, newest first.
    list_decisions(ListDecisions) -> Vec<Decided>;
    /// How each provider answered in the last seven days.
    provider_use(Nothing) -> Vec<ProviderUse>;
    /// The watched folder; a host chooses it, since a page names no path.
    get_watch(Nothing) -> WatchView;
    /// Changes how the results of the watched folder are written.
    change_watch(WatchChoice) -> WatchView;
    /// Watches no folder any more; what was taken from it stays.
    stop_watching(Nothing) -> WatchView;
    /// Caps on spending, and what was spent.
    get_spending(Nothing) -> SpendingView;
    /// Changes the caps; reviews that waited for them go on.
    change_budgets(BudgetSettings) -> SpendingView;
    /// Version, data folder, settings and self-check.
    get_status(Nothing) -> Status;
    /// Changes the worker counts; they hold from the next claimed step on.
    change_settings(Settings) -> Settings;
    /// Whether scanned pages can be recognised here, and for which languages.
    get_recognition(Nothing) -> RecognitionView;
    /// Chooses the languages of scanned pages; pages read before stay as they are.
    change_recognition(Languages) -> RecognitionView;
    /// Deletes a contract with all that came of it: hidden at once, removed for good after 30 seconds.
    delete_contract(DeleteContract) -> Deleted;
    /// Takes back a deletion that is not yet for good; what was stopped by it goes on.
    undo_delete(ContractId) -> Nothing;
    /// Changes how long finished reviews are kept.
    change_retention(Retention) -> Retention;
    /// Copies of the database, newest first.
    list_backups(Nothing) -> Vec<BackupView>;
    /// Copies the database now.
    make_backup(Nothing) -> BackupView;
    /// Puts a backup in the database's place at the next start; the database of now is kept aside.
    restore_backup(BackupName) -> BackupView;
    /// What helps to find a defect and says nothing of any contract, to be read before it is saved.
    make_diagnostics(Nothing) -> Export;
}

/// The TypeScript of all commands, their arguments, replies and the events.
#[must_use]
pub fn typescript() -> String {
    struct Collect<'a>(
        std::collections::BTreeMap<String, String>,
        &'a ts_rs::Config,
    );
    impl ts_rs::TypeVisitor for Collect<'_> {
        fn visit<T: TS + 'static + ?Sized>(&mut self) {
            if T::output_path().is_none() || self.0.contains_key(&T::ident(self.1)) {
                return;
            }
            let docs = T::docs().unwrap_or_default();
            self.0.insert(
                T::ident(self.1),
                format!("{docs}export {}\n", T::decl(self.1)),
            );
            T::visit_dependencies(self);
        }
    }
    let config = ts_rs::Config::new().with_large_int("number");
    let mut types = Collect(std::collections::BTreeMap::new(), &config);
    visit_types(&mut types);
    ts_rs::TypeVisitor::visit::<Event>(&mut types);
    let mut text = String::from(
        "// Generated from the command table in src-tauri/crates/engine/src/api.rs. Don't edit:\n\
         // `UPDATE=1 cargo test -p countersign-engine typescript` writes it anew.\n\n",
    );
    for declaration in types.0.values() {
        text.push_str(declaration);
        text.push('\n');
    }
    text.push_str(&command_map(&config));
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_checked_in_typescript_is_that_of_the_table() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../ui/src/lib/api/generated.ts"
        );
        let wanted = super::typescript();
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, &wanted).unwrap();
        }
        let found = std::fs::read_to_string(path).unwrap_or_default();
        assert!(found == wanted, "generated.ts is stale: run with UPDATE=1");
    }
}
