// Generated from the command table in src-tauri/crates/engine/src/api.rs. Don't edit:
// `UPDATE=1 cargo test -p countersign-engine typescript` writes it anew.

/**
 * A finding to be made of selected words.
 */
export type AddFinding = { 
/**
 * The review in which it is made; it belongs to the contract.
 */
review_id: string, 
/**
 * Where the words stand.
 */
places: Array<OnPage>, 
/**
 * One line: what is the matter.
 */
title: string, 
/**
 * How much it matters.
 */
severity: Severity, 
/**
 * Why; may be empty.
 */
explanation: string, 
/**
 * What to ask the other side for; may be empty.
 */
ask: string, };

/**
 * A finding that was made.
 */
export type AddedFinding = { 
/**
 * Names it when something is decided about it.
 */
key: string, 
/**
 * Names it when it is removed.
 */
check: string, };

/**
 * How the playbook would settle a finding.
 */
export type Advice = { 
/**
 * What the buyer's own paper says.
 */
standard: string, 
/**
 * What can be accepted in its place, the best first.
 */
fallbacks: Array<Fallback>, 
/**
 * Where to stop; empty when there is no such point.
 */
walk_away: string, 
/**
 * Who may accept less: `legal`, `privacy`, `finance`, `security`, `business`; empty for the reviewer.
 */
approver: string, };

/**
 * Words of a contract that a question's words stand in.
 */
export type AnswerPassage = { 
/**
 * Headings they stand under, outermost first.
 */
heading_path: Array<string>, 
/**
 * Where they stand.
 */
citations: Array<Citation>, };

/**
 * A sentence of an answer.
 */
export type AnswerSentence = { 
/**
 * What it says, in the model's words.
 */
text: string, 
/**
 * The contract's words that it rests on.
 */
citations: Array<Citation>, };

/**
 * Asks about a contract.
 */
export type AskContract = { 
/**
 * A completed review of it.
 */
review_id: string, 
/**
 * The question.
 */
text: string, };

/**
 * One try at a step.
 */
export type AttemptView = { 
/**
 * Counted from 1.
 */
number: number, 
/**
 * Started at.
 */
started_at: number, 
/**
 * Ended at; absent while it runs.
 */
ended_at: number | null, 
/**
 * `completed`, `failed`, `lost` (its process ended), `cancelled`; absent while it runs.
 */
outcome: string | null, 
/**
 * What went wrong, or is worth knowing.
 */
error: ErrorView | null, 
/**
 * The start of the program it ran in.
 */
boot_id: string, 
/**
 * Hash of what it had to do: the same hash, the same work.
 */
input_hash: string | null, 
/**
 * The question to a model it made.
 */
call: CallView | null, };

/**
 * Names a backup.
 */
export type BackupName = { 
/**
 * Its name.
 */
name: string, };

/**
 * A copy of the database.
 */
export type BackupView = { 
/**
 * Names it in commands.
 */
name: string, 
/**
 * Made at.
 */
made_at: number, 
/**
 * Bytes.
 */
size_bytes: number, };

/**
 * A rectangle in points (1/72 inch) from the top left of the page as shown (crop box and rotation
 * applied): `[x0, y0, x1, y1]`, with `x0 <= x1` and `y0 <= y1`.
 */
export type Bbox = [number, number, number, number];

/**
 * Caps on spending; absent means none. Money is in millionths of a US dollar.
 */
export type BudgetSettings = { 
/**
 * Money in a calendar month (UTC).
 */
month_micros: number | null, 
/**
 * Tokens in a calendar month.
 */
month_tokens: number | null, 
/**
 * Money for one review.
 */
review_micros: number | null, 
/**
 * Tokens for one review.
 */
review_tokens: number | null, };

/**
 * A question to a model: of whom, how it went, what it used.
 */
export type CallView = { 
/**
 * The provider's id.
 */
provider: string, 
/**
 * The model.
 */
model: string | null, 
/**
 * Hash of the prompt's own words.
 */
prompt_hash: string | null, 
/**
 * Sent at; absent when a kept answer was used or nothing was sent.
 */
sent_at: number | null, 
/**
 * Until the first byte of the answer, milliseconds.
 */
first_byte_ms: number | null, 
/**
 * Until its end, milliseconds.
 */
total_ms: number | null, 
/**
 * HTTP status.
 */
http_status: number | null, 
/**
 * `retry_after`, `retry_backoff`, `repair_prompt`, `shrink`, `fallback`, `permanent`, `user_action`.
 */
error_class: string | null, 
/**
 * Tokens sent.
 */
input_tokens: number | null, 
/**
 * Tokens received.
 */
output_tokens: number | null, 
/**
 * Tokens the provider had in its cache.
 */
cached_tokens: number | null, 
/**
 * Millionths of a US dollar.
 */
cost_micros: number | null, 
/**
 * Which price table the cost was computed by.
 */
price_version: string | null, 
/**
 * The provider's id of the answer.
 */
response_id: string | null, 
/**
 * A kept answer was used: nothing was sent, nothing was paid.
 */
reused: boolean, };

/**
 * The kind of a tracked change.
 */
export type ChangeKind = "insertion" | "deletion" | "move_from" | "move_to";

/**
 * A finding before and after.
 */
export type ChangedFinding = { 
/**
 * In the report.
 */
before: TriedFinding, 
/**
 * By the playbook that is tried.
 */
after: TriedFinding, };

/**
 * Says what sort of agreement a contract is.
 */
export type ChooseContractType = { 
/**
 * Review id.
 */
review_id: string, 
/**
 * The type.
 */
contract_type: ContractType, };

/**
 * Which playbook a finished review is judged by.
 */
export type ChoosePlaybook = { 
/**
 * The review.
 */
review_id: string, 
/**
 * The playbook's id.
 */
playbook: string, };

/**
 * Says which party is our side.
 */
export type ChooseSide = { 
/**
 * Review id.
 */
review_id: string, 
/**
 * A party's name, or the word that the contract uses for it.
 */
party: string, };

/**
 * A quote and its place. The quote is always the document's own text.
 */
export type Citation = { 
/**
 * Counted from 1.
 */
page: number, 
/**
 * The document's words on that page, one space between words.
 */
quote: string, 
/**
 * One box a line; empty when the page's source gives no places.
 */
boxes: Array<Bbox>, 
/**
 * Whether code found the quote in the page's text.
 */
verified: boolean, };

/**
 * What a provision is about. CUAD's 41 kinds are the base; procurement's own stand beside.
 */
export type ClauseKind = "document_name" | "parties" | "agreement_date" | "effective_date" | "expiration_date" | "renewal_term" | "notice_period_to_terminate_renewal" | "governing_law" | "most_favored_nation" | "non_compete" | "exclusivity" | "no_solicit_of_customers" | "competitive_restriction_exception" | "no_solicit_of_employees" | "non_disparagement" | "termination_for_convenience" | "rofr_rofo_rofn" | "change_of_control" | "anti_assignment" | "revenue_profit_sharing" | "price_restrictions" | "minimum_commitment" | "volume_restriction" | "ip_ownership_assignment" | "joint_ip_ownership" | "license_grant" | "non_transferable_license" | "affiliate_license_licensor" | "affiliate_license_licensee" | "unlimited_license" | "irrevocable_or_perpetual_license" | "source_code_escrow" | "post_termination_services" | "audit_rights" | "uncapped_liability" | "cap_on_liability" | "liquidated_damages" | "warranty_duration" | "insurance" | "covenant_not_to_sue" | "third_party_beneficiary" | "consequential_loss" | "claim_time_limit" | "ip_indemnity" | "indemnity" | "indemnity_procedure" | "termination_for_cause" | "suspension" | "data_return" | "subcontracting" | "payment_terms" | "late_fees" | "invoice_dispute" | "warranty_disclaimer" | "sole_remedy" | "service_level" | "data_use" | "feedback" | "data_protection" | "breach_notice" | "confidentiality" | "dispute_resolution" | "force_majeure" | "order_of_precedence" | "unilateral_change" | "publicity" | "fees" | "warranty" | "placeholder" | "absent_part" | "broken_reference" | "words_and_digits" | "undefined_term" | "unused_term" | "online_terms" | "interaction";

/**
 * A comment left in the file.
 */
export type Comment = { 
/**
 * Who wrote it, as the file says.
 */
author: string | null, 
/**
 * When, as the file says (ISO 8601).
 */
date: string | null, 
/**
 * What it says.
 */
text: string, 
/**
 * The words it is about.
 */
anchor: string, 
/**
 * Where those stand.
 */
place: Place, };

/**
 * Computed, never asked: from the match of the quote, the reader's evidence and the page's quality.
 */
export type Confidence = "high" | "check" | "weak";

/**
 * The agreement reviewed.
 */
export type ContractFacts = { 
/**
 * File name as submitted.
 */
file: string, 
/**
 * SHA-256 of the file, hexadecimal.
 */
sha256: string, 
/**
 * Number of pages.
 */
pages: number, 
/**
 * Title as printed in the document; empty when none was found.
 */
title: string, 
/**
 * The parties that the document names.
 */
parties: Array<ContractParty>, 
/**
 * What sort of agreement it is: `saas`, `licence`, `services`, `goods`, `nda`, `dpa`, `other`.
 */
type: string, 
/**
 * A person chose our side; else it is proposed from the document.
 */
side_chosen: boolean, 
/**
 * A person chose the type; else it is proposed from the document.
 */
type_chosen: boolean, };

/**
 * Names a contract.
 */
export type ContractId = { 
/**
 * Contract id.
 */
contract_id: string, };

/**
 * A party of the contract.
 */
export type ContractParty = { 
/**
 * Name as printed.
 */
name: string, 
/**
 * The word the document uses for it: `Customer`, `Supplier`.
 */
label: string | null, 
/**
 * Ours or theirs.
 */
side: Side, };

/**
 * What sort of agreement it is; decides which checks apply.
 */
export type ContractType = "saas" | "licence" | "services" | "goods" | "nda" | "dpa" | "other";

/**
 * What was read and what was not.
 */
export type Coverage = { 
/**
 * Pages of the file.
 */
pages_total: number, 
/**
 * Pages whose text was reviewed (blank pages count as read).
 */
pages_read: number, 
/**
 * Of these, pages read by recognition.
 */
pages_ocr: number, 
/**
 * Pages that could not be read, with the reason.
 */
pages_failed: Array<FailedPage>, 
/**
 * Text that the file holds but the page does not show.
 */
hidden_text: Array<HiddenText>, 
/**
 * Tracked changes left in the file; the text that was reviewed has all of them accepted.
 */
changes: Array<TrackedChange>, 
/**
 * Comments left in the file.
 */
comments: Array<Comment>, 
/**
 * What else a reader should know of the file.
 */
notes: Array<string>, 
/**
 * What a second, independent reader says of the text; absent where there is no text layer to
 * read twice.
 */
second_reading: SecondReading | null, 
/**
 * Chunks read, of all.
 */
chunks_read: number, 
/**
 * Chunks of the document.
 */
chunks_total: number, };

/**
 * What a day is about.
 */
export type DeadlineKind = "notice" | "end";

/**
 * Settles a finding.
 */
export type DecideFinding = { 
/**
 * Review id.
 */
review_id: string, 
/**
 * The finding's key, as [`DecisionsView`] has it.
 */
key: string, 
/**
 * How it is settled; absent to open it again.
 */
verdict: Verdict | null, 
/**
 * Why; needed to dismiss it.
 */
reason: string, };

/**
 * A decision about a finding of some contract.
 */
export type Decided = { 
/**
 * Counted up.
 */
id: number, 
/**
 * The contract's newest review.
 */
review_id: string, 
/**
 * The file.
 */
file: string, 
/**
 * What was decided.
 */
kind: DecisionKind, 
/**
 * The reason, or the note.
 */
words: string, 
/**
 * The finding's title at that time.
 */
title: string, 
/**
 * Made at.
 */
decided_at: number, 
/**
 * Taken back at.
 */
undone_at: number | null, };

/**
 * One line of the history of decisions.
 */
export type DecisionEntry = { 
/**
 * Names it when it is taken back.
 */
id: number, 
/**
 * Place of its finding in the report; absent when the report has that finding no more.
 */
finding: number | null, 
/**
 * The finding's title at that time.
 */
title: string, 
/**
 * What was decided.
 */
kind: DecisionKind, 
/**
 * The reason, or the note.
 */
words: string, 
/**
 * Made at.
 */
decided_at: number, 
/**
 * Taken back at.
 */
undone_at: number | null, };

/**
 * What was decided about a finding.
 */
export type DecisionKind = "accepted" | "dismissed" | "reopened" | "noted";

/**
 * What was decided about a review's findings.
 */
export type DecisionsView = { 
/**
 * One for each finding, in the report's order.
 */
findings: Array<FindingDecision>, 
/**
 * Everything that was decided, newest first.
 */
history: Array<DecisionEntry>, };

/**
 * Which contract to delete.
 */
export type DeleteContract = { 
/**
 * Contract id.
 */
contract_id: string, 
/**
 * Backups go with it: all are replaced by one made afterwards.
 */
and_backups: boolean, };

/**
 * A contract that was deleted and is hidden.
 */
export type Deleted = { 
/**
 * Contract id.
 */
contract_id: string, 
/**
 * The file's name.
 */
file: string, 
/**
 * Until then the deletion can be undone; then everything is removed for good.
 */
purge_at: number, 
/**
 * What is removed, and what is not.
 */
message: string, };

/**
 * Names a message to a webhook.
 */
export type DeliveryId = { 
/**
 * Its id.
 */
id: string, };

/**
 * Where a message to a webhook is.
 */
export type DeliveryState = "waiting" | "taken" | "given_up";

/**
 * A try to deliver a message.
 */
export type DeliveryTry = { 
/**
 * Began at.
 */
at: number, 
/**
 * Until the answer, milliseconds.
 */
took_ms: number, 
/**
 * The answer's status.
 */
http_status: number | null, 
/**
 * Why it was not taken.
 */
problem: string | null, };

/**
 * A message to a webhook.
 */
export type DeliveryView = { 
/**
 * Its id; names it in commands.
 */
id: string, 
/**
 * The id it is sent with, the same in every try.
 */
message_id: string, 
/**
 * What happened: `review.completed`, `review.failed`, `review.waiting`, `webhook.test`.
 */
event: string, 
/**
 * Where it is.
 */
state: DeliveryState, 
/**
 * Made at.
 */
created_at: number, 
/**
 * Taken at.
 */
delivered_at: number | null, 
/**
 * The next try.
 */
next_at: number | null, 
/**
 * The review it is about, while there is one.
 */
review_id: string | null, 
/**
 * Name of its file.
 */
file: string | null, 
/**
 * Tries, oldest first.
 */
tries: Array<DeliveryTry>, };

/**
 * A page of which two readers say different words.
 */
export type DisputedPage = { 
/**
 * Counted from 1.
 */
page: number, 
/**
 * Words that only the first reader finds: they were reviewed.
 */
only_first: string, 
/**
 * Words that only the second reader finds: they were not reviewed.
 */
only_second: string, };

/**
 * One change.
 */
export type Edit = { "what": "name", 
/**
 * The new one.
 */
text: string, } | { "what": "version", 
/**
 * The new one.
 */
text: string, } | { "what": "description", 
/**
 * The new words.
 */
text: string, } | { "what": "number", 
/**
 * The position.
 */
check: string, 
/**
 * The number's name.
 */
name: string, 
/**
 * The new value.
 */
value: number, } | { "what": "words", 
/**
 * The position.
 */
check: string, 
/**
 * Which.
 */
field: WordsField, 
/**
 * The new words.
 */
text: string, } | { "what": "fallbacks", 
/**
 * The position.
 */
check: string, 
/**
 * All of them, the best first.
 */
fallbacks: Array<Fallback>, } | { "what": "severity", 
/**
 * The position.
 */
check: string, 
/**
 * The rule's place, from 0.
 */
rule: number, 
/**
 * The new severity.
 */
severity: Severity, } | { "what": "leave_out", 
/**
 * The position.
 */
check: string, 
/**
 * `false` to take it in again.
 */
left_out: boolean, } | { "what": "write_out", 
/**
 * The position.
 */
check: string, };

/**
 * What a person says of a finding in place of the playbook.
 */
export type EditFinding = { 
/**
 * The review.
 */
review_id: string, 
/**
 * The finding's key.
 */
key: string, 
/**
 * What is said; absent to go back to what the playbook says.
 */
said: SaidOfFinding | null, };

/**
 * A change to a playbook's text by the form beside it.
 */
export type EditPlaybook = { 
/**
 * TOML.
 */
source: string, 
/**
 * What to change.
 */
edit: Edit, };

/**
 * What the playbook says of a finding of which a person says something else.
 */
export type EditedFinding = { 
/**
 * The finding's key.
 */
key: string, 
/**
 * How much it matters by the playbook.
 */
severity: Severity, 
/**
 * What the playbook asks for.
 */
ask: string, };

/**
 * How a file's content crosses the wire.
 */
export type Encoding = "text" | "base64";

/**
 * The program that made the report.
 */
export type EngineFacts = { 
/**
 * `Countersign`.
 */
name: string, 
/**
 * Program version.
 */
version: string, 
/**
 * Who read the clauses: `offline`.
 */
reader: string, 
/**
 * Version of the pipeline that made the report.
 */
pipeline_version: number, };

/**
 * An error at the edge: a code to decide on and a sentence to read.
 */
export type ErrorView = { 
/**
 * Stable code.
 */
code: string, 
/**
 * What happened, what it means, what to do.
 */
message: string, };

/**
 * Something changed. Carries no facts: ask for them.
 */
export type Event = { 
/**
 * Ascending number; a host that lost the thread asks for all after the last it saw.
 */
seq: number, 
/**
 * `review_changed`, `notice_created`, `settings_changed`, `status_changed`, `webhooks_changed`,
 * `watch_changed`.
 */
kind: string, 
/**
 * The review it is about.
 */
review_id: string | null, };

/**
 * Asks why a finding is there.
 */
export type ExplainFinding = { 
/**
 * Review id.
 */
review_id: string, 
/**
 * The finding's key, as [`DecisionsView`] has it.
 */
key: string, };

/**
 * Why a finding is there.
 */
export type Explanation = { 
/**
 * Name of the playbook.
 */
playbook: string, 
/**
 * Its version.
 */
version: string, 
/**
 * What the position is about; empty when the playbook has no such position.
 */
position: string, 
/**
 * What had to hold for the rule that fired, in the playbook's words; none when none fired.
 */
conditions: Array<string>, 
/**
 * The clauses it quotes, as they were read.
 */
clauses: Array<SeenClause>, };

/**
 * A risk summary ready to be saved.
 */
export type Export = { 
/**
 * Proposed name.
 */
file_name: string, 
/**
 * Media type.
 */
media_type: string, 
/**
 * Content, as the encoding says.
 */
content: string, 
/**
 * How the content is to be read.
 */
encoding: Encoding, };

/**
 * The form of an export.
 */
export type ExportFormat = "markdown" | "json" | "csv" | "xlsx" | "docx" | "letter_docx" | "letter_markdown" | "ics" | "pdf";

/**
 * Asks for a risk summary.
 */
export type ExportReview = { 
/**
 * Review id.
 */
review_id: string, 
/**
 * Its form.
 */
format: ExportFormat, };

/**
 * A value read from a clause.
 */
export type FactView = { 
/**
 * What it means: `notice_period`.
 */
name: string, 
/**
 * In words.
 */
value: string, 
/**
 * What it was read from.
 */
words: string, };

/**
 * A page that could not be read.
 */
export type FailedPage = { 
/**
 * Counted from 1.
 */
page: number, 
/**
 * In words.
 */
reason: string, };

/**
 * How often something went wrong.
 */
export type FailureCount = { 
/**
 * `retry_after`, `retry_backoff`, `repair_prompt`, `shrink`, `fallback`, `permanent`, `user_action`.
 */
class: string, 
/**
 * How often.
 */
count: number, };

/**
 * What can be accepted in place of the standard.
 */
export type Fallback = { 
/**
 * In a few words.
 */
position: string, 
/**
 * The words to offer.
 */
language: string, };

/**
 * Looks for words in a contract.
 */
export type FindWords = { 
/**
 * Contract id.
 */
contract_id: string, 
/**
 * The words, as they follow one another.
 */
text: string, };

/**
 * A position judged against clauses.
 */
export type Finding = { 
/**
 * The id of the check in the playbook: `cap-low`.
 */
check: string, 
/**
 * The kind of clause it judges.
 */
clause_kind: ClauseKind, 
/**
 * How it came out.
 */
outcome: Outcome, 
/**
 * How much it matters.
 */
severity: Severity, 
/**
 * One line: what is the matter.
 */
title: string, 
/**
 * What the contract says and why that matters to this buyer.
 */
explanation: string, 
/**
 * What to ask the other side for; empty when there is nothing to ask.
 */
ask: string, 
/**
 * What is at stake in this contract, in money or days; empty when it can't be computed.
 */
exposure: string, 
/**
 * What the playbook says of settling it; nothing when there is nothing to ask.
 */
advice: Advice, 
/**
 * How far to trust it.
 */
confidence: Confidence, 
/**
 * The words on the page that prove it, best first; empty when the finding is an absence.
 */
citations: Array<Citation>, };

/**
 * What holds for one finding of a report.
 */
export type FindingDecision = { 
/**
 * Names the finding when something is decided about it.
 */
key: string, 
/**
 * How it was settled; absent while it is open.
 */
verdict: Verdict | null, 
/**
 * Why it was dismissed.
 */
reason: string, 
/**
 * Settled at.
 */
decided_at: number | null, 
/**
 * It was judged otherwise when it was settled: another outcome or severity.
 */
judged_otherwise: Judged | null, 
/**
 * The note; empty when there is none.
 */
note: string, };

/**
 * A passage and the contract it is from.
 */
export type FoundPassage = { 
/**
 * The review whose text it is: the newest of its contract.
 */
review_id: string, 
/**
 * The contract.
 */
contract_id: string, 
/**
 * Name of the contract's file.
 */
file: string, 
/**
 * The passage.
 */
passage: PassageView, };

/**
 * A place of words.
 */
export type FoundWords = { 
/**
 * Counted from 1.
 */
page: number, 
/**
 * One box a line.
 */
boxes: Array<Bbox>, };

/**
 * The password of a review's file.
 */
export type GivePassword = { 
/**
 * Review id.
 */
review_id: string, 
/**
 * As typed; held in memory only.
 */
password: string, };

/**
 * Why a word can't be seen on the page although the file holds it.
 */
export type HiddenKind = "invisible" | "white" | "transparent" | "tiny" | "clipped" | "off_page" | "covered" | "marked";

/**
 * A run of text that can't be seen on the page.
 */
export type HiddenText = { 
/**
 * Counted from 1.
 */
page: number, 
/**
 * Where it stands.
 */
boxes: Array<Bbox>, 
/**
 * What it says.
 */
text: string, 
/**
 * Why it can't be seen.
 */
kind: HiddenKind, };

/**
 * How a finding came out at some time.
 */
export type Judged = { 
/**
 * Outcome.
 */
outcome: Outcome, 
/**
 * Severity.
 */
severity: Severity, };

/**
 * A date that matters.
 */
export type KeyDate = { 
/**
 * What happens: `Initial term ends`.
 */
event: string, 
/**
 * ISO 8601 date; absent when the rule can't be dated.
 */
date: string | null, 
/**
 * How the date was computed, step by step, or why it can't be.
 */
arithmetic: Array<string>, 
/**
 * Where the rule stands.
 */
citations: Array<Citation>, };

/**
 * Where a key is.
 */
export type KeyPlace = "keychain" | "memory" | "environment" | "none";

/**
 * One cell of the contract register.
 */
export type KeyTerm = { 
/**
 * Stable field id: `governing_law`, `payment_days`.
 */
field: string, 
/**
 * The value in words or digits; empty when not found.
 */
value: string, 
/**
 * `days`, `USD`, … when the value is a number.
 */
unit: string | null, 
/**
 * How it came about.
 */
state: TermState, 
/**
 * Where it stands.
 */
citations: Array<Citation>, };

/**
 * Where a provider's key is.
 */
export type KeyView = { 
/**
 * Where.
 */
place: KeyPlace, 
/**
 * The same in words, and what to do where there is something to do.
 */
words: string, };

/**
 * Languages of scanned pages.
 */
export type Languages = { 
/**
 * Their codes, as installed.
 */
languages: Array<string>, };

/**
 * Which decisions to list.
 */
export type ListDecisions = { 
/**
 * At the most so many, newest first.
 */
limit: number, 
/**
 * Only older ones than the decision of this id.
 */
before: number | null, };

/**
 * What a webhook was told is asked for.
 */
export type ListDeliveries = { 
/**
 * The webhook's name.
 */
name: string, 
/**
 * At the most so many, newest first.
 */
limit: number, };

/**
 * Which calls that left the computer are asked for.
 */
export type ListOutbound = { 
/**
 * At the most so many, newest first.
 */
limit: number, 
/**
 * Only older ones than the call of this id.
 */
before: number | null, };

/**
 * Has a provider measured.
 */
export type MeasureProvider = { 
/**
 * The provider.
 */
provider: string, 
/**
 * Contracts it is to read, up to 200.
 */
contracts: number, };

/**
 * What a provider made of contracts with planted risks, beside the offline reader.
 */
export type MeasuredView = { 
/**
 * Risks that were planted.
 */
risks: number, 
/**
 * Of these, found by reviews without it.
 */
found_offline: number, 
/**
 * Found by reviews with it.
 */
found_together: number, 
/**
 * Harmless clauses that look like risks.
 */
decoys: number, 
/**
 * Of these, called a risk by reviews without it.
 */
flagged_offline: number, 
/**
 * Called a risk by reviews with it.
 */
flagged_together: number, 
/**
 * Planted risks that the offline reader alone reads as what they are.
 */
read_offline: number, 
/**
 * The same by the model alone.
 */
read_by_model: number, 
/**
 * Quotes in its answers.
 */
quotes: number, 
/**
 * Of these, those that stand in the contract.
 */
verified: number, 
/**
 * Answers that came.
 */
calls: number, 
/**
 * Parts without an answer of use.
 */
unanswered: number, 
/**
 * Tokens, sent and received.
 */
tokens: number, 
/**
 * What they cost, millionths of a US dollar.
 */
micros: number, 
/**
 * Time of all calls, one after the other.
 */
total_ms: number, 
/**
 * Time of the offline reader.
 */
offline_ms: number, };

/**
 * How a measurement stands.
 */
export type MeasurementState = "running" | "done" | "stopped" | "failed";

/**
 * A measurement of a provider.
 */
export type MeasurementView = { 
/**
 * Its id.
 */
id: string, 
/**
 * The provider.
 */
provider: string, 
/**
 * Its model.
 */
model: string, 
/**
 * How it stands.
 */
state: MeasurementState, 
/**
 * Why it failed.
 */
message: string | null, 
/**
 * Contracts read so far.
 */
done: number, 
/**
 * Contracts to be read.
 */
contracts: number, 
/**
 * What came of it.
 */
result: MeasuredView | null, 
/**
 * When it began.
 */
started_at: number, 
/**
 * When it ended.
 */
ended_at: number | null, };

/**
 * What a provider answers when it is asked for its models.
 */
export type ModelList = { 
/**
 * By name.
 */
models: Array<ModelView>, 
/**
 * Why there are none, and what to do.
 */
problem: string | null, };

/**
 * A model that a provider says it has.
 */
export type ModelView = { 
/**
 * The provider's name of it.
 */
id: string, 
/**
 * Tokens it can see, where the provider says.
 */
context_tokens: number | null, };

/**
 * What a month's calls of one provider came to.
 */
export type MonthSpending = { 
/**
 * `2026-11`.
 */
month: string, 
/**
 * The provider's id.
 */
provider: string, 
/**
 * Calls.
 */
calls: number, 
/**
 * Tokens.
 */
tokens: number, 
/**
 * Millionths of a US dollar.
 */
micros: number, };

/**
 * A number that a position names.
 */
export type NamedNumber = { 
/**
 * Its name in conditions: `min_months`.
 */
name: string, 
/**
 * What it is here.
 */
value: number, 
/**
 * What it is in the playbook that is extended; absent for a position of its own.
 */
usual: number | null, };

/**
 * A webhook to be added.
 */
export type NewWebhook = { 
/**
 * Short name in small letters.
 */
name: string, 
/**
 * Where messages go.
 */
url: string, 
/**
 * It may be on this computer or in its own network.
 */
private: boolean, };

/**
 * Puts a note beside a finding.
 */
export type NoteFinding = { 
/**
 * Review id.
 */
review_id: string, 
/**
 * The finding's key, as [`DecisionsView`] has it.
 */
key: string, 
/**
 * The note; empty to take it away.
 */
note: string, };

/**
 * A command without arguments.
 */
export type Nothing = Record<symbol, never>;

/**
 * A line of the notice list: what the desktop notification said.
 */
export type Notice = { 
/**
 * Notice id.
 */
id: string, 
/**
 * The review it is about.
 */
review_id: string, 
/**
 * First line.
 */
title: string, 
/**
 * Second line.
 */
body: string, 
/**
 * Made at.
 */
created_at: number, 
/**
 * Read at.
 */
read_at: number | null, };

/**
 * What the desktop shows when a review ends.
 */
export type NotificationSettings = { 
/**
 * Whether it shows anything.
 */
shown: boolean, 
/**
 * Nothing is shown from this minute of the local day on…
 */
quiet_from: number | null, 
/**
 * …until this one; what came meanwhile is shown then.
 */
quiet_until: number | null, };

/**
 * Something a party must do.
 */
export type Obligation = { 
/**
 * Who owes it.
 */
side: Side, 
/**
 * What, in the document's words.
 */
text: string, 
/**
 * By when, as written.
 */
due: string | null, 
/**
 * Where it stands.
 */
citations: Array<Citation>, };

/**
 * Whether anything may leave this computer.
 */
export type OfflineSwitch = { 
/**
 * Nothing may.
 */
offline: boolean, };

/**
 * Places on a page.
 */
export type OnPage = { 
/**
 * Counted from 1.
 */
page: number, 
/**
 * Points from the page's top left.
 */
boxes: Array<Bbox>, };

/**
 * A playbook as it was when it was opened.
 */
export type OpenedPlaybook = { 
/**
 * Its id.
 */
playbook: string, 
/**
 * Hash of its text.
 */
sha256: string, };

/**
 * Where a position comes from.
 */
export type Origin = "own" | "inherited" | "changed";

/**
 * A call that left this computer.
 */
export type OutboundCall = { 
/**
 * Counted up.
 */
id: number, 
/**
 * When.
 */
at: number, 
/**
 * Host and port it went to.
 */
host: string, 
/**
 * The provider's id, or the webhook's name.
 */
provider: string, 
/**
 * The model; empty when the provider was asked for its models, and for webhooks.
 */
model: string, 
/**
 * What it was for: `read`, `second_look`, `embed`, `test`, `models`, `measure`, `webhook`.
 */
purpose: string, 
/**
 * For which review, while there is one.
 */
review_id: string | null, 
/**
 * Name of its file.
 */
file: string | null, 
/**
 * Bytes of its body.
 */
bytes_sent: number, 
/**
 * Bytes of the answer's body.
 */
bytes_received: number | null, 
/**
 * The answer's status.
 */
http_status: number | null, 
/**
 * `answered`, `refused` or `broken`; absent when nobody waited for the end.
 */
outcome: string | null, };

/**
 * What left this computer.
 */
export type OutboundLog = { 
/**
 * Newest first.
 */
calls: Array<OutboundCall>, 
/**
 * All calls of the last year.
 */
total: number, 
/**
 * Bytes they sent, in their bodies.
 */
bytes_sent: number, 
/**
 * Bytes that came back, in their bodies.
 */
bytes_received: number, };

/**
 * How a position came out.
 */
export type Outcome = "met" | "fallback" | "red_line" | "missing" | "unclear" | "not_applicable";

/**
 * A playbook laid out.
 */
export type Outline = { 
/**
 * Stable id.
 */
id: string, 
/**
 * Name for people.
 */
name: string, 
/**
 * Version, as its owner counts.
 */
version: string, 
/**
 * What it is for.
 */
description: string, 
/**
 * The playbook it extends.
 */
extends: string | null, 
/**
 * Positions that count, and those that it leaves out of the one it extends.
 */
positions: Array<OutlinedPosition>, };

/**
 * What an absence means, as it is written.
 */
export type OutlinedAbsence = { 
/**
 * How it comes out.
 */
outcome: Outcome, 
/**
 * How much it matters.
 */
severity: Severity, 
/**
 * The finding's line.
 */
title: string, };

/**
 * A position as it is written.
 */
export type OutlinedPosition = { 
/**
 * The check's id.
 */
check: string, 
/**
 * The kind of clause it judges.
 */
clause_kind: ClauseKind, 
/**
 * What it is about.
 */
title: string, 
/**
 * Types of contract it concerns; empty for all.
 */
applies_to: Array<ContractType>, 
/**
 * Where it comes from.
 */
origin: Origin, 
/**
 * It is not judged.
 */
left_out: boolean, 
/**
 * Where it stands or is changed in the text, from 1; absent for what is only inherited.
 */
line: number | null, 
/**
 * The numbers that its conditions and words use.
 */
numbers: Array<NamedNumber>, 
/**
 * Only clauses for which all of these hold are judged.
 */
looks_at: Array<string>, 
/**
 * Only contracts for which all of these hold are judged.
 */
only_if: Array<string>, 
/**
 * Rules, the first that holds decides.
 */
rules: Array<OutlinedRule>, 
/**
 * What to ask the other side for.
 */
ask: string, 
/**
 * What the buyer's own paper says.
 */
standard: string, 
/**
 * What can be accepted in its place, the best first.
 */
fallbacks: Array<Fallback>, 
/**
 * Where to stop.
 */
walk_away: string, 
/**
 * Who may accept less.
 */
approver: string, 
/**
 * What it means that no such clause was found.
 */
absent: OutlinedAbsence, };

/**
 * A rule as it is written.
 */
export type OutlinedRule = { 
/**
 * All must hold.
 */
when: Array<string>, 
/**
 * What follows.
 */
outcome: Outcome, 
/**
 * How much it matters.
 */
severity: Severity, 
/**
 * The finding's line.
 */
title: string, 
/**
 * Why.
 */
say: string, };

/**
 * Names a page of a contract.
 */
export type PageOfContract = { 
/**
 * Contract id.
 */
contract_id: string, 
/**
 * Counted from 1.
 */
number: number, };

/**
 * The words of a page, to be drawn where they stand.
 */
export type PageText = { 
/**
 * In reading order.
 */
words: Array<WordView>, };

/**
 * A page's place in the document view.
 */
export type PageView = { 
/**
 * Counted from 1.
 */
number: number, 
/**
 * Points.
 */
width: number, 
/**
 * Points.
 */
height: number, 
/**
 * The file has no pages of its own: this one is drawn from its words.
 */
flow: boolean, };

/**
 * A passage of a contract and why it was found.
 */
export type PassageView = { 
/**
 * The chunk it belongs to.
 */
chunk: number, 
/**
 * Position within the chunk, from 0.
 */
passage: number, 
/**
 * First byte of the document's text.
 */
start: number, 
/**
 * One past the last byte.
 */
end: number, 
/**
 * The page it starts on.
 */
page: number, 
/**
 * Headings it stands under, outermost first.
 */
heading_path: Array<string>, 
/**
 * The document's text.
 */
text: string, 
/**
 * For ordering only.
 */
score: number, 
/**
 * Why it was found.
 */
why: Why, };

/**
 * Holds the whole queue, or lets it go on.
 */
export type PauseAll = { 
/**
 * Whether nothing new may begin.
 */
paused: boolean, };

/**
 * Where something stands.
 */
export type Place = { 
/**
 * Counted from 1.
 */
page: number, 
/**
 * One box a line; for deleted text, the word it stood beside.
 */
boxes: Array<Bbox>, };

/**
 * The rules it was judged by.
 */
export type PlaybookFacts = { 
/**
 * Stable id.
 */
id: string, 
/**
 * Name for people.
 */
name: string, 
/**
 * Version as written in the playbook.
 */
version: string, 
/**
 * SHA-256 of the playbook's text, hexadecimal.
 */
sha256: string, };

/**
 * Names a playbook.
 */
export type PlaybookId = { 
/**
 * Its id.
 */
playbook: string, };

/**
 * Why a playbook can't be used.
 */
export type PlaybookProblem = { 
/**
 * The line of the text, from 1.
 */
line: number, 
/**
 * What is wrong there.
 */
message: string, };

/**
 * What the engine reads in a playbook's text.
 */
export type PlaybookReading = { 
/**
 * The text that was read.
 */
source: string, 
/**
 * What it says; absent when it can't be used.
 */
outline: Outline | null, 
/**
 * Why it can't be used.
 */
problem: PlaybookProblem | null, };

/**
 * A playbook to choose.
 */
export type PlaybookRow = { 
/**
 * Stable id.
 */
id: string, 
/**
 * Name for people.
 */
name: string, 
/**
 * Version as written in the playbook.
 */
version: string, 
/**
 * Number of checks.
 */
checks: number, 
/**
 * Used when none is chosen.
 */
default: boolean, 
/**
 * A person made it; the others come with the program and stay as they are.
 */
own: boolean, };

/**
 * A playbook's text.
 */
export type PlaybookText = { 
/**
 * TOML.
 */
source: string, };

/**
 * What another playbook would make of a contract.
 */
export type PlaybookTrial = { 
/**
 * The file.
 */
file: string, 
/**
 * The playbook that its report was made by.
 */
playbook: string, 
/**
 * What the report proposes.
 */
proposal: Proposal, 
/**
 * What it would propose.
 */
would_propose: Proposal, 
/**
 * Risks that the report does not have.
 */
added: Array<TriedFinding>, 
/**
 * Risks that would be none any more.
 */
removed: Array<TriedFinding>, 
/**
 * Risks that would be told otherwise.
 */
changed: Array<ChangedFinding>, 
/**
 * Risks that would stay as they are.
 */
same: number, };

/**
 * A playbook to be looked at or changed.
 */
export type PlaybookView = { 
/**
 * As in the list.
 */
row: PlaybookRow, 
/**
 * TOML.
 */
source: string, 
/**
 * Hash of the text, to be given back with changes.
 */
sha256: string, };

/**
 * A cell of the portfolio.
 */
export type PortfolioCell = { 
/**
 * The key term's field.
 */
field: string, 
/**
 * The value in words or digits; empty when not found.
 */
value: string, 
/**
 * `days`, `USD`, … when the value is a number.
 */
unit: string | null, 
/**
 * The number, in its unit; lengths of time are in days.
 */
number: number | null, 
/**
 * How it came about.
 */
state: TermState, 
/**
 * The first page that says so.
 */
page: number | null, };

/**
 * A condition on a column of the portfolio.
 */
export type PortfolioFilter = { 
/**
 * The key term's field.
 */
field: string, 
/**
 * Words that are all in its value; empty for any value.
 */
words: string, 
/**
 * Not before this day, ISO 8601.
 */
from: string | null, 
/**
 * Not after this day.
 */
to: string | null, 
/**
 * Only contracts in which it was not found.
 */
absent: boolean, };

/**
 * Some rows of the portfolio.
 */
export type PortfolioPage = { 
/**
 * Contracts that the query finds in all.
 */
total: number, 
/**
 * In order.
 */
rows: Array<PortfolioRow>, };

/**
 * Which contracts to show side by side.
 */
export type PortfolioQuery = { 
/**
 * Words that are all somewhere in the row.
 */
words: string, 
/**
 * Conditions that all hold.
 */
filters: Array<PortfolioFilter>, 
/**
 * Only contracts for which the rules propose one of these; empty for all.
 */
proposals: Array<Proposal>, 
/**
 * `file`, `added`, `proposal`, `risks`, or a key term's field.
 */
sort: string, 
/**
 * The other way round.
 */
descending: boolean, 
/**
 * Fields of the key terms that are shown.
 */
fields: Array<string>, 
/**
 * Rows left out before the first.
 */
offset: number, 
/**
 * How many at the most, up to 500; 100 when absent.
 */
limit: number | null, };

/**
 * A contract in the portfolio.
 */
export type PortfolioRow = { 
/**
 * The newest review that has a report.
 */
review_id: string, 
/**
 * The contract.
 */
contract_id: string, 
/**
 * The file's name.
 */
file: string, 
/**
 * What the rules propose.
 */
proposal: Proposal, 
/**
 * Risks by severity.
 */
counts: SeverityCounts, 
/**
 * The review was submitted at.
 */
created_at: number, 
/**
 * The cells asked for.
 */
cells: Array<PortfolioCell>, };

/**
 * A provider that is known by name, to set one up by.
 */
export type PresetView = { 
/**
 * Its name in settings.
 */
id: string, 
/**
 * Its name on screen.
 */
name: string, 
/**
 * Where its API begins.
 */
base_url: string, 
/**
 * Nothing is answered without a key.
 */
needs_key: boolean, 
/**
 * Tokens its models can see.
 */
context_tokens: number, 
/**
 * What you need to know to set it up.
 */
note: string, 
/**
 * Where text goes and what becomes of it there.
 */
privacy: string, 
/**
 * Models whose price is known.
 */
models: Array<string>, 
/**
 * Where and when those prices were read; absent when none is known.
 */
prices: string | null, };

/**
 * What a model costs, in millionths of a US dollar for a million tokens.
 */
export type PriceView = { 
/**
 * Tokens read.
 */
input: number, 
/**
 * Tokens read that were in the provider's cache.
 */
cached: number, 
/**
 * Tokens written.
 */
output: number, 
/**
 * Where the price is from, in words.
 */
source: string, };

/**
 * What the rules propose. Never "sign".
 */
export type Proposal = "ready" | "negotiate" | "escalate" | "no_verdict";

/**
 * Names a provider.
 */
export type ProviderId = { 
/**
 * Its id.
 */
provider: string, };

/**
 * The key of a provider, on its way into the keychain.
 */
export type ProviderKey = { 
/**
 * The provider's id.
 */
provider: string, 
/**
 * As typed.
 */
key: string, };

/**
 * A model provider as a person sets it up. Its key is never part of it.
 */
export type ProviderSetup = { 
/**
 * Short name in small letters; the key is looked for by it.
 */
id: string, 
/**
 * Name for people.
 */
name: string, 
/**
 * The preset it is set up by; absent for a server that speaks OpenAI's wire.
 */
preset: string | null, 
/**
 * Where its API begins: `https://api.openai.com/v1`, `http://localhost:11434/v1`; empty for where its
 * preset says.
 */
base_url: string, 
/**
 * The model.
 */
model: string, 
/**
 * Calls a minute; absent for no limit.
 */
requests_per_minute: number | null, 
/**
 * Tokens a minute; absent for no limit.
 */
tokens_per_minute: number | null, 
/**
 * Calls at once.
 */
concurrency: number, 
/**
 * Tokens the model can read and write at once.
 */
context_tokens: number, 
/**
 * Your own price of a million tokens read, millionths of a US dollar; absent for the one that is known.
 */
input_micros_per_million: number | null, 
/**
 * Price of a million tokens written.
 */
output_micros_per_million: number | null, 
/**
 * The model that turns passages into embeddings; absent for the offline embeddings alone.
 */
embedding_model: string | null, 
/**
 * Price of a million tokens that it reads.
 */
embedding_micros_per_million: number | null, };

/**
 * What a provider answered to a test.
 */
export type ProviderTest = { 
/**
 * It found the clause in a sample part and quoted it rightly.
 */
works: boolean, 
/**
 * What came of it, in a word that stays the same.
 */
code: string, 
/**
 * What happened, and what to do if it doesn't work.
 */
message: string, 
/**
 * What to know or to change though it works.
 */
hints: Array<string>, 
/**
 * How long it took, milliseconds.
 */
total_ms: number, 
/**
 * Tokens it used.
 */
tokens: number, 
/**
 * What that cost, millionths of a US dollar.
 */
micros: number, };

/**
 * How a provider answered in the last seven days.
 */
export type ProviderUse = { 
/**
 * Its id.
 */
provider: string, 
/**
 * Calls that were sent.
 */
calls: number, 
/**
 * Those that failed, by the class of what went wrong, the most frequent first.
 */
failures: Array<FailureCount>, 
/**
 * Half of the answers began within so many milliseconds.
 */
first_byte_ms: number | null, 
/**
 * Half of the answers were there within so many milliseconds.
 */
half_ms: number | null, 
/**
 * 95 of 100 answers were there within so many milliseconds.
 */
most_ms: number | null, 
/**
 * Tokens both ways.
 */
tokens: number, 
/**
 * Millionths of a US dollar.
 */
micros: number, 
/**
 * The newest call was sent at.
 */
last_at: number, 
/**
 * Calls a day of the seven, today's last.
 */
days: Array<number>, };

/**
 * A provider with its state.
 */
export type ProviderView = { 
/**
 * How it was set up.
 */
setup: ProviderSetup, 
/**
 * Its place among those that new reviews ask, from 1; absent when it isn't asked.
 */
rank: number | null, 
/**
 * Where its key is. The key itself is never shown.
 */
key: KeyView, 
/**
 * Why it waits for you, if it does.
 */
paused: ErrorView | null, 
/**
 * It is left alone until then, since it failed or asked for it.
 */
resting_until: number | null, 
/**
 * Calls it is given at once at present.
 */
concurrency_now: number, 
/**
 * Where text goes and what becomes of it there, where that is known.
 */
privacy: string | null, 
/**
 * What its model costs; absent when not known.
 */
price: PriceView | null, };

/**
 * Names a question.
 */
export type QuestionId = { 
/**
 * Question id.
 */
question_id: string, };

/**
 * How far a question is.
 */
export type QuestionState = "running" | "waiting" | "answered" | "failed";

/**
 * A question about a contract with what was found for it so far.
 */
export type QuestionView = { 
/**
 * Question id.
 */
id: string, 
/**
 * The review it was asked of.
 */
review_id: string, 
/**
 * The question.
 */
text: string, 
/**
 * How far it is.
 */
state: QuestionState, 
/**
 * Why it waits or failed, in one stable word.
 */
code: string | null, 
/**
 * The same for people.
 */
message: string | null, 
/**
 * The provider and model that are asked; absent when no model is: then passages that hold the question's
 * words are all there is.
 */
model: string | null, 
/**
 * The answer, each sentence with words of the contract; empty when nothing was found.
 */
answer: Array<AnswerSentence>, 
/**
 * Sentences of the model that were left out, because their words or numbers do not stand on the page.
 */
left_out: number, 
/**
 * Passages that hold words of the question.
 */
passages: Array<AnswerPassage>, 
/**
 * Pages that were read for the answer.
 */
pages_read: number, 
/**
 * Pages of the contract.
 */
pages_total: number, 
/**
 * Parts of the contract that were read or given up.
 */
parts_done: number, 
/**
 * Parts that are to be read.
 */
parts_total: number, 
/**
 * Calls of a provider; fewer than parts when answers were kept from before.
 */
calls: number, 
/**
 * Their tokens, sent and received.
 */
tokens: number, 
/**
 * What they cost, millionths of a US dollar.
 */
micros: number, 
/**
 * When it was asked.
 */
asked_at: number, 
/**
 * When it was answered.
 */
ended_at: number | null, };

/**
 * Which providers new reviews ask, in this order; none for the offline reader alone.
 */
export type ReaderChoice = { 
/**
 * Ids of providers.
 */
providers: Array<string>, };

/**
 * Recognition of scanned pages on this computer.
 */
export type RecognitionView = { 
/**
 * Whether the program for it was found.
 */
available: boolean, 
/**
 * Codes of the languages that pages are expected in.
 */
languages: Array<string>, 
/**
 * Codes of the languages to choose from.
 */
installed: Array<string>, 
/**
 * The command that installs the program.
 */
how_to_install: string, };

/**
 * What is replaced by marks in questions before they leave, and put back into the answers.
 */
export type RedactionSettings = { 
/**
 * E-mail addresses.
 */
emails: boolean, 
/**
 * Telephone and fax numbers.
 */
phones: boolean, 
/**
 * Bank accounts.
 */
accounts: boolean, 
/**
 * Names of people, as far as a title, a label or an e-mail address tells them.
 */
names: boolean, };

/**
 * Asks one contract for passages.
 */
export type RelatedPassages = { 
/**
 * Review id.
 */
review_id: string, 
/**
 * A few words, or a whole passage.
 */
text: string, 
/**
 * Nothing of this chunk is wanted.
 */
exclude_chunk: number | null, 
/**
 * How many at the most, up to 100; 10 when absent.
 */
limit: number | null, };

/**
 * A finding of the person's own to be removed.
 */
export type RemoveFinding = { 
/**
 * A review of the contract.
 */
review_id: string, 
/**
 * The finding's check.
 */
check: string, };

/**
 * A day on which something about a contract must be done.
 */
export type Renewal = { 
/**
 * The review whose report says so.
 */
review_id: string, 
/**
 * The file's name.
 */
file: string, 
/**
 * The other side, where it was found.
 */
supplier: string | null, 
/**
 * What it is about.
 */
kind: DeadlineKind, 
/**
 * What happens, in words; as the report's dates have it.
 */
event: string, 
/**
 * ISO 8601 date.
 */
date: string, 
/**
 * How the date was computed, step by step.
 */
arithmetic: Array<string>, 
/**
 * The event of the report's dates that says so; another one for days of later terms.
 */
source: string, 
/**
 * The first page that says so.
 */
page: number | null, 
/**
 * The contract has renewed itself since, as far as it tells.
 */
renewed: boolean, };

/**
 * Some of the days, in order.
 */
export type RenewalsPage = { 
/**
 * Days that the query finds in all.
 */
total: number, 
/**
 * How many of them lie before today; they come first.
 */
passed: number, 
/**
 * In order.
 */
rows: Array<Renewal>, };

/**
 * Which days to show.
 */
export type RenewalsQuery = { 
/**
 * The day it is where the person is, ISO 8601.
 */
today: string, 
/**
 * Not before this day; absent for all.
 */
from: string | null, 
/**
 * Days left out before the first.
 */
offset: number, 
/**
 * How many at the most, up to 500; 100 when absent.
 */
limit: number | null, };

/**
 * What a review leaves: everything that the screen, the exports and the command line show.
 */
export type Report = { 
/**
 * The agreement reviewed.
 */
contract: ContractFacts, 
/**
 * The program that made the report.
 */
engine: EngineFacts, 
/**
 * The rules it was judged by.
 */
playbook: PlaybookFacts, 
/**
 * What was read and what was not.
 */
coverage: Coverage, 
/**
 * The proposal and its reasons.
 */
summary: Summary, 
/**
 * Every judged position, the gravest first, then by page.
 */
findings: Array<Finding>, 
/**
 * The contract register's row.
 */
key_terms: Array<KeyTerm>, 
/**
 * Dates that matter, with their arithmetic.
 */
key_dates: Array<KeyDate>, 
/**
 * Who must do what.
 */
obligations: Array<Obligation>, 
/**
 * What the review used.
 */
usage: Usage, };

/**
 * How long finished reviews are kept.
 */
export type Retention = { 
/**
 * Days after a contract's last review ended, 1 to 3650; absent: for ever.
 */
days: number | null, };

/**
 * A cap of one review's own; absent means the common one.
 */
export type ReviewBudget = { 
/**
 * Review id.
 */
review_id: string, 
/**
 * Money, millionths of a US dollar.
 */
micros: number | null, 
/**
 * Tokens.
 */
tokens: number | null, };

/**
 * Names a review.
 */
export type ReviewId = { 
/**
 * Review id.
 */
review_id: string, };

/**
 * A review's place in the queue.
 */
export type ReviewPriority = { 
/**
 * Review id.
 */
review_id: string, 
/**
 * Smaller goes first; 0 is usual.
 */
priority: number, };

/**
 * A line of the queue.
 */
export type ReviewRow = { 
/**
 * Review id.
 */
id: string, 
/**
 * Contract id: the file's pages are asked for by it.
 */
contract_id: string, 
/**
 * The file's name.
 */
file: string, 
/**
 * Name of the playbook.
 */
playbook: string, 
/**
 * Its state.
 */
state: ReviewState, 
/**
 * The stage it is in, or ended in.
 */
stage: Stage, 
/**
 * Units done in this stage (pages while reading, chunks while finding clauses).
 */
done: number, 
/**
 * Units of this stage, 0 while unknown.
 */
total: number, 
/**
 * Pages of the file, once known.
 */
pages: number | null, 
/**
 * Submitted at.
 */
created_at: number, 
/**
 * First step claimed at.
 */
started_at: number | null, 
/**
 * Ended at.
 */
finished_at: number | null, 
/**
 * Why it is waiting, stopped or failed, and what to do.
 */
message: string | null, 
/**
 * Stable code of the failure.
 */
code: string | null, 
/**
 * It went on after a restart of the program.
 */
resumed: boolean, 
/**
 * Nothing of it can be done before then; absent while something is.
 */
waiting_until: number | null, 
/**
 * It ends as soon as the steps at work are done.
 */
stopping: boolean, 
/**
 * Smaller goes first; 0 unless changed.
 */
priority: number, 
/**
 * Who reads: `offline`, and the model providers asked besides.
 */
reader: string, 
/**
 * What its questions to models cost and may cost.
 */
spending: Spending, 
/**
 * The proposal, once completed.
 */
proposal: Proposal | null, 
/**
 * Risks by severity, once completed.
 */
counts: SeverityCounts, };

/**
 * The state of a review.
 */
export type ReviewState = "queued" | "running" | "waiting" | "paused" | "completed" | "stopped" | "failed";

/**
 * A review with all there is to show.
 */
export type ReviewView = { 
/**
 * The line of the queue.
 */
row: ReviewRow, 
/**
 * Media type of the original file: `application/pdf`.
 */
media_type: string, 
/**
 * Pages with their sizes, once read.
 */
pages: Array<PageView>, 
/**
 * The report, once completed.
 */
report: Report | null, 
/**
 * What was decided about its findings.
 */
decisions: DecisionsView, 
/**
 * What the playbook says of findings of which a person says something else.
 */
edited: Array<EditedFinding>, };

/**
 * How much a finding matters and what to ask for.
 */
export type SaidOfFinding = { 
/**
 * How much it matters.
 */
severity: Severity, 
/**
 * What to ask the other side for.
 */
ask: string, };

/**
 * A playbook to keep.
 */
export type SavePlaybook = { 
/**
 * TOML.
 */
source: string, 
/**
 * The one that was opened and takes these changes; absent for a new one.
 */
opened: OpenedPlaybook | null, };

/**
 * Columns, order and filters of the portfolio under a name.
 */
export type SavedView = { 
/**
 * What the person calls it.
 */
name: string, 
/**
 * Columns shown.
 */
columns: Array<string>, 
/**
 * Columns that stay in sight.
 */
pinned: Array<string>, 
/**
 * The column whose values order the rows.
 */
sort: string, 
/**
 * The other way round.
 */
descending: boolean, 
/**
 * Words that are all somewhere in the row.
 */
words: string, 
/**
 * Conditions on columns.
 */
filters: Array<PortfolioFilter>, 
/**
 * Proposals shown; all when empty.
 */
proposals: Array<Proposal>, };

/**
 * Asks all contracts for passages.
 */
export type SearchText = { 
/**
 * A few words; a phrase in quotation marks is looked for as it stands.
 */
text: string, 
/**
 * How many at the most, up to 100; 10 when absent.
 */
limit: number | null, };

/**
 * What came of a second reading.
 */
export type SecondReading = { 
/**
 * Pages that can be read twice: those with a text layer, and blank ones.
 */
pages_of_text: number, 
/**
 * Of these, the ones that the second reader could read.
 */
pages_compared: number, 
/**
 * Pages on which the two differ by more than a few words, ascending.
 */
disputed: Array<DisputedPage>, 
/**
 * It has not ended yet: nothing can be said of the pages.
 */
under_way: boolean, };

/**
 * A clause as the judgement saw it.
 */
export type SeenClause = { 
/**
 * Who read it: `offline`, or a model provider.
 */
reader: string, 
/**
 * What it is about.
 */
kind: ClauseKind, 
/**
 * Whom it is about.
 */
bound: Side, 
/**
 * It says that it does not hold.
 */
negated: boolean, 
/**
 * Where it begins.
 */
page: number, 
/**
 * Its words.
 */
text: string, 
/**
 * Values read from it.
 */
facts: Array<FactView>, };

/**
 * How many workers of each sort run.
 */
export type Settings = { 
/**
 * Reading children at once, 1 to 16.
 */
reading_workers: number, 
/**
 * Offline workers at once, 1 to 16.
 */
offline_workers: number, };

/**
 * How much it matters.
 */
export type Severity = "low" | "medium" | "high" | "critical";

/**
 * Risks by severity (findings for which [`Finding::is_risk`] holds).
 */
export type SeverityCounts = { 
/**
 * Critical ones.
 */
critical: number, 
/**
 * High ones.
 */
high: number, 
/**
 * Medium ones.
 */
medium: number, 
/**
 * Low ones.
 */
low: number, };

/**
 * A party as seen from the reviewer's side.
 */
export type Side = "ours" | "theirs" | "both" | "unknown";

/**
 * Names words of a contract's text, as passages have them.
 */
export type SpanOfContract = { 
/**
 * Contract id.
 */
contract_id: string, 
/**
 * First byte of the document's text.
 */
start: number, 
/**
 * One past the last byte.
 */
end: number, };

/**
 * What a review's questions to models come to. Money is in millionths of a US dollar.
 */
export type Spending = { 
/**
 * The most that all questions may use, tokens; known once the text is cut into chunks.
 */
estimate_tokens: number | null, 
/**
 * The same in money; 0 where a price is not known.
 */
estimate_micros: number | null, 
/**
 * Tokens so far.
 */
spent_tokens: number, 
/**
 * Money so far.
 */
spent_micros: number, 
/**
 * Its own cap on tokens.
 */
budget_tokens: number | null, 
/**
 * Its own cap on money.
 */
budget_micros: number | null, };

/**
 * Budgets, and what was spent, newest month first.
 */
export type SpendingView = { 
/**
 * The caps in force.
 */
budgets: BudgetSettings, 
/**
 * By month and provider.
 */
months: Array<MonthSpending>, };

/**
 * Names a spot of a page.
 */
export type SpotOfContract = { 
/**
 * Contract id.
 */
contract_id: string, 
/**
 * Counted from 1.
 */
page: number, 
/**
 * Where it is.
 */
place: Bbox, };

/**
 * A part of a page as it is shown.
 */
export type SpotPicture = { 
/**
 * A PNG file in Base64.
 */
png: string, 
/**
 * What it shows of the page.
 */
area: Bbox, };

/**
 * Where a review stands on its way.
 */
export type Stage = "read" | "chunk" | "read_clauses" | "judge" | "synthesise" | "deliver";

/**
 * The state of the program.
 */
export type Status = { 
/**
 * Program version.
 */
version: string, 
/**
 * The data folder.
 */
data_folder: string, 
/**
 * Worker counts in force.
 */
settings: Settings, 
/**
 * The whole queue is held.
 */
paused: boolean, 
/**
 * Nothing leaves this computer: no provider is asked for anything, not even one that runs on it.
 */
offline: boolean, 
/**
 * What is replaced in questions before they leave.
 */
redaction: RedactionSettings, 
/**
 * Findings of the self-check, empty when all is well.
 */
problems: Array<ErrorView>, 
/**
 * Contracts are deleted this many days after their last review ended; absent: never.
 */
retention_days: number | null, 
/**
 * The backup that takes the database's place at the next start.
 */
restore_pending: string | null, };

/**
 * A step of a review with its history.
 */
export type StepView = { 
/**
 * Its key within the review: `read`, `read_clauses/12`.
 */
key: string, 
/**
 * `available`, `running`, `retryable`, `scheduled`, `completed`, `cancelled`, `discarded`.
 */
state: string, 
/**
 * Which workers do it: `reading`, `offline`, `model`.
 */
lane: string, 
/**
 * Made at.
 */
created_at: number, 
/**
 * Its tries, in order.
 */
attempts: Array<AttemptView>, };

/**
 * Which dropped files to review.
 */
export type SubmitContracts = { 
/**
 * Ids that the host gave when files were dropped, picked or uploaded.
 */
drop_ids: Array<string>, 
/**
 * Playbook id; the default playbook when absent.
 */
playbook: string | null, };

/**
 * What became of one dropped file.
 */
export type Submitted = { 
/**
 * The file's name.
 */
file: string, 
/**
 * The review that was made or found; absent when the file was refused.
 */
review_id: string | null, 
/**
 * The same file was reviewed before with this playbook: `review_id` is that review.
 */
existing: boolean, 
/**
 * Why the file was refused.
 */
refusal: ErrorView | null, };

/**
 * The proposal and its reasons.
 */
export type Summary = { 
/**
 * What the rules propose.
 */
proposal: Proposal, 
/**
 * The decision line in words.
 */
text: string, 
/**
 * Why, one line each, the gravest first.
 */
reasons: Array<string>, 
/**
 * Risks by severity.
 */
counts: SeverityCounts, 
/**
 * What a model writes of the findings, each sentence with those that it rests on; empty without a model.
 */
sentences: Array<SummarySentence>, };

/**
 * A sentence of a summary that a model wrote. One that rests on no finding is left out.
 */
export type SummarySentence = { 
/**
 * What it says.
 */
text: string, 
/**
 * The checks of the findings that it rests on.
 */
checks: Array<string>, };

/**
 * How a value of the register came about.
 */
export type TermState = "stated" | "computed" | "inferred" | "not_found" | "confirmed";

/**
 * A change of the text that nobody accepted or rejected yet.
 */
export type TrackedChange = { 
/**
 * What was done.
 */
kind: ChangeKind, 
/**
 * Who did it, as the file says.
 */
author: string | null, 
/**
 * When, as the file says (ISO 8601).
 */
date: string | null, 
/**
 * The text added, taken out or moved.
 */
text: string, 
/**
 * Where it stands or stood.
 */
place: Place, };

/**
 * A finding of a trial.
 */
export type TriedFinding = { 
/**
 * The check's id.
 */
check: string, 
/**
 * How it comes out.
 */
outcome: Outcome, 
/**
 * How much it matters.
 */
severity: Severity, 
/**
 * One line.
 */
title: string, 
/**
 * Why.
 */
explanation: string, 
/**
 * Page of its words; absent for an absence.
 */
page: number | null, };

/**
 * A playbook to be tried, without keeping anything.
 */
export type TryPlaybook = { 
/**
 * A finished review.
 */
review_id: string, 
/**
 * TOML, kept or not.
 */
source: string, };

/**
 * Takes a decision back.
 */
export type UndoDecision = { 
/**
 * Review id.
 */
review_id: string, 
/**
 * Which; the newest that still holds when absent.
 */
decision: number | null, };

/**
 * What the review used.
 */
export type Usage = { 
/**
 * Calls of a model provider.
 */
model_calls: number, 
/**
 * Tokens sent.
 */
tokens_in: number, 
/**
 * Tokens received.
 */
tokens_out: number, 
/**
 * Cost in millionths of a US dollar.
 */
cost_micros: number, 
/**
 * From the claim of the first step to the completed report, milliseconds.
 */
elapsed_ms: number, };

/**
 * How a finding was settled.
 */
export type Verdict = "accepted" | "dismissed";

/**
 * Names a saved view.
 */
export type ViewName = { 
/**
 * Its name.
 */
name: string, };

/**
 * How the results of the watched folder are written.
 */
export type WatchChoice = { 
/**
 * The form of the results.
 */
format: ExportFormat, };

/**
 * The watched folder and what was taken from it.
 */
export type WatchView = { 
/**
 * The folder; absent while none is watched.
 */
folder: string | null, 
/**
 * The form of the results.
 */
format: ExportFormat, 
/**
 * Files whose reviews are kept.
 */
taken: number, 
/**
 * Those beside which results were written.
 */
written: number, 
/**
 * Why the folder can't be looked at, or results can't be written.
 */
problem: string | null, };

/**
 * Names a webhook.
 */
export type WebhookName = { 
/**
 * Its name.
 */
name: string, };

/**
 * A webhook's new secret, told this once.
 */
export type WebhookSecret = { 
/**
 * The webhook.
 */
webhook: WebhookView, 
/**
 * The secret: `whsec_…`. It can't be asked for again.
 */
secret: string, 
/**
 * Where it is kept.
 */
kept: KeyView, };

/**
 * Switches a webhook.
 */
export type WebhookSwitch = { 
/**
 * Its name.
 */
name: string, 
/**
 * Whether it is told anything.
 */
on: boolean, };

/**
 * How a message sent by hand was received.
 */
export type WebhookTest = { 
/**
 * Whether it was taken.
 */
taken: boolean, 
/**
 * In words.
 */
message: string, 
/**
 * The answer's status, when there was one.
 */
http_status: number | null, 
/**
 * Until the answer, milliseconds.
 */
took_ms: number, };

/**
 * An address that is told when a review ends.
 */
export type WebhookView = { 
/**
 * Its name.
 */
name: string, 
/**
 * Where messages go.
 */
url: string, 
/**
 * It may be on this computer or in its own network.
 */
private: boolean, 
/**
 * Whether it is told anything.
 */
on: boolean, 
/**
 * Why the last message was not taken, or why it was switched off.
 */
problem: string | null, 
/**
 * Its secret was made at.
 */
secret_made_at: number, 
/**
 * Until then messages are signed with the secret before this one too.
 */
old_secret_until: number | null, 
/**
 * Messages that wait for it.
 */
waiting: number, 
/**
 * When it last took one.
 */
delivered_at: number | null, };

/**
 * Why a passage was found.
 */
export type Why = { 
/**
 * How alike its embedding is to the question's, up to 1; absent when the two can't be compared.
 */
cosine: number | null, 
/**
 * Its place by the words it shares, from 1; absent when it shares none.
 */
words_rank: number | null, 
/**
 * The term of the question that it defines.
 */
defines: string | null, };

/**
 * A word to be drawn.
 */
export type WordView = { 
/**
 * Its characters.
 */
text: string, 
/**
 * Where it stands.
 */
box: Bbox, 
/**
 * Index of its line on the page.
 */
line: number, 
/**
 * Font size in points.
 */
size: number, 
/**
 * Set in bold.
 */
bold: boolean, 
/**
 * Why the page doesn't show it.
 */
hidden: HiddenKind | null, 
/**
 * How sure recognition is of it, in percent; absent for a word that was not recognised.
 */
confidence?: number, };

/**
 * Words of a position that a form changes.
 */
export type WordsField = "title" | "ask" | "standard" | "walk_away" | "approver";

/**
 * Places of words in a contract.
 */
export type WordsFound = { 
/**
 * In reading order.
 */
places: Array<FoundWords>, 
/**
 * There are more than are told.
 */
more: boolean, };

export interface Commands {
  /** Reviews dropped files; replies at once, before anything is read. */
  submit_contracts: { argument: SubmitContracts; reply: Array<Submitted> };
  /** Reviews the sample contracts that come with the program. */
  submit_samples: { argument: Nothing; reply: Array<Submitted> };
  /** The queue: newest first. */
  list_reviews: { argument: Nothing; reply: Array<ReviewRow> };
  /** One review with its report, or nothing when there is no such review. */
  get_review: { argument: ReviewId; reply: ReviewView | null };
  /** Risks found so far by a review that is under way; what seems missing is not among them. */
  findings_so_far: { argument: ReviewId; reply: Array<Finding> };
  /** The words of a page, for files that have no pages of their own. */
  get_page: { argument: PageOfContract; reply: PageText | null };
  /** Where words stand in a contract, as it was read. */
  find_words: { argument: FindWords; reply: WordsFound };
  /** A picture of a spot of a page, drawn in a process of its own; nothing for files without pages. */
  get_spot: { argument: SpotOfContract; reply: SpotPicture | null };
  /** Ends a review; what was found so far is kept. */
  stop_review: { argument: ReviewId; reply: ReviewRow };
  /** Goes on with a failed or stopped review from where it ended. */
  retry_review: { argument: ReviewId; reply: ReviewRow };
  /** Gives the password of a locked file, which is held in memory only, and goes on with its review. */
  give_password: { argument: GivePassword; reply: ReviewRow };
  /** Ends a review as soon as the steps at work are done. */
  stop_review_after_step: { argument: ReviewId; reply: ReviewRow };
  /** Holds a review: steps at work are finished, no other begins. */
  pause_review: { argument: ReviewId; reply: ReviewRow };
  /** Goes on with a review that was paused or that waits for a person. */
  resume_review: { argument: ReviewId; reply: ReviewRow };
  /** Leaves out what models have not answered yet; the offline reader has read everything. */
  finish_offline: { argument: ReviewId; reply: ReviewRow };
  /** Says which party is our side; a finished review is judged again, without reading again. */
  choose_side: { argument: ChooseSide; reply: ReviewRow };
  /** Says what sort of agreement it is; a finished review is judged again, without reading again. */
  choose_contract_type: { argument: ChooseContractType; reply: ReviewRow };
  /** Judges a finished review by another playbook, or by the one it has as it is now, without reading again. */
  choose_playbook: { argument: ChoosePlaybook; reply: ReviewRow };
  /** Accepts or dismisses a finding, or opens it again. */
  decide_finding: { argument: DecideFinding; reply: DecisionsView };
  /** Puts a note beside a finding, or takes it away. */
  note_finding: { argument: NoteFinding; reply: DecisionsView };
  /** Makes a finding of words that a person selected. */
  add_finding: { argument: AddFinding; reply: AddedFinding };
  /** Says of a finding how much it matters and what to ask for, in place of the playbook. */
  edit_finding: { argument: EditFinding; reply: Nothing };
  /** Removes a finding that a person made. */
  remove_finding: { argument: RemoveFinding; reply: Nothing };
  /** Why a finding is there: the rule that fired, and what was read. */
  explain_finding: { argument: ExplainFinding; reply: Explanation };
  /** Takes a decision back: the newest, unless one is named. */
  undo_decision: { argument: UndoDecision; reply: DecisionsView };
  /** Moves a review before or behind the others. */
  change_priority: { argument: ReviewPriority; reply: ReviewRow };
  /** Gives a review caps of its own, or the common ones again. */
  change_review_budget: { argument: ReviewBudget; reply: ReviewRow };
  /** Holds the whole queue, or lets it go on. */
  pause_all: { argument: PauseAll; reply: Status };
  /** The steps of a review with every attempt: what ran, when, and what failed. */
  get_history: { argument: ReviewId; reply: Array<StepView> };
  /** Passages of one contract that have to do with a question, definitions of its terms first. */
  related_passages: { argument: RelatedPassages; reply: Array<PassageView> };
  /** Passages of all contracts that have to do with a question, best first. */
  search_text: { argument: SearchText; reply: Array<FoundPassage> };
  /** The words at a place of a contract's text, with where they stand on the page. */
  cite_place: { argument: SpanOfContract; reply: Array<Citation> };
  /** Asks about a contract; replies at once, and the whole contract is read for the answer in the background. */
  ask_contract: { argument: AskContract; reply: QuestionView };
  /** What was asked about a contract, newest first, each with what was found for it so far. */
  list_questions: { argument: ReviewId; reply: Array<QuestionView> };
  /** Takes a question away with its answer; what is being read for it is not read on. */
  remove_question: { argument: QuestionId; reply: Nothing };
  /** Contracts side by side, each with its key terms. */
  portfolio: { argument: PortfolioQuery; reply: PortfolioPage };
  /** Contracts side by side as a table for a spreadsheet; all that the query finds. */
  export_portfolio: { argument: PortfolioQuery; reply: Export };
  /** Views of the portfolio that were saved, by name. */
  list_portfolio_views: { argument: Nothing; reply: Array<SavedView> };
  /** Saves a view of the portfolio, in the place of the one of its name. */
  save_portfolio_view: { argument: SavedView; reply: Array<SavedView> };
  /** Removes a saved view. */
  remove_portfolio_view: { argument: ViewName; reply: Array<SavedView> };
  /** Last days for notices and ends of terms of all contracts, in order. */
  renewals: { argument: RenewalsQuery; reply: RenewalsPage };
  /** The risk summary as a file. */
  export_review: { argument: ExportReview; reply: Export };
  /** Playbooks to choose from: those that come with the program, then a person's own. */
  list_playbooks: { argument: Nothing; reply: Array<PlaybookRow> };
  /** A playbook with its text. */
  get_playbook: { argument: PlaybookId; reply: PlaybookView };
  /** Reads a playbook's text as a review would, and says what is wrong with it. */
  read_playbook: { argument: PlaybookText; reply: PlaybookReading };
  /** Makes a change of the form in a playbook's text; nothing is kept. */
  edit_playbook: { argument: EditPlaybook; reply: PlaybookReading };
  /** Makes a playbook of one's own from another. */
  duplicate_playbook: { argument: PlaybookId; reply: PlaybookRow };
  /** Keeps a playbook of one's own, new or changed; reviews made by it before stay as they are. */
  save_playbook: { argument: SavePlaybook; reply: PlaybookRow };
  /** Removes a playbook of one's own; reviews made by it stay as they are. */
  remove_playbook: { argument: PlaybookId; reply: Nothing };
  /** What a playbook would make of a reviewed contract; nothing is kept. */
  try_playbook: { argument: TryPlaybook; reply: PlaybookTrial };
  /** The notice list, newest first. */
  list_notices: { argument: Nothing; reply: Array<Notice> };
  /** Marks all notices as read. */
  mark_notices_read: { argument: Nothing; reply: Nothing };
  /** What the desktop shows when a review ends, and when it is quiet. */
  get_notifications: { argument: Nothing; reply: NotificationSettings };
  /** Changes what the desktop shows when a review ends. */
  change_notifications: { argument: NotificationSettings; reply: NotificationSettings };
  /** Model providers that are set up, with their state. */
  list_providers: { argument: Nothing; reply: Array<ProviderView> };
  /** Providers that are known by name, to set one up by. */
  list_presets: { argument: Nothing; reply: Array<PresetView> };
  /** Sets a provider up, or changes how it is. */
  save_provider: { argument: ProviderSetup; reply: Array<ProviderView> };
  /** The models that a provider says it has. */
  list_models: { argument: ProviderId; reply: ModelList };
  /** Takes a provider away; reviews that need it wait or are finished offline. */
  remove_provider: { argument: ProviderId; reply: Array<ProviderView> };
  /** Keeps a provider's key in the system's keychain; where there is none, in memory for this run. */
  set_provider_key: { argument: ProviderKey; reply: Array<ProviderView> };
  /** Takes a provider's key out of keychain and memory. */
  forget_provider_key: { argument: ProviderId; reply: Array<ProviderView> };
  /** Asks a provider about a sample part, as reviews ask, and says in words what is wrong. */
  test_provider: { argument: ProviderId; reply: ProviderTest };
  /** Has a provider read contracts with planted risks, in the background; one at a time. Its calls stand in no budget. */
  measure_provider: { argument: MeasureProvider; reply: MeasurementView };
  /** Ends the measurement that runs. */
  stop_measurement: { argument: Nothing; reply: Array<MeasurementView> };
  /** Measurements of providers, the newest first, with the one that runs. */
  list_measurements: { argument: Nothing; reply: Array<MeasurementView> };
  /** A provider that waited for the person is asked again. */
  resume_provider: { argument: ProviderId; reply: Array<ProviderView> };
  /** Chooses which providers new reviews ask. */
  choose_readers: { argument: ReaderChoice; reply: Array<ProviderView> };
  /** Has nothing leave this computer any more, or lets it: with it, reviews that wait for a model are */
  /** finished offline. */
  change_offline: { argument: OfflineSwitch; reply: Status };
  /** Chooses what is replaced in questions before they leave; it holds from the next question on. */
  change_redaction: { argument: RedactionSettings; reply: Status };
  /** What left this computer in the last year, call by call. */
  list_outbound: { argument: ListOutbound; reply: OutboundLog };
  /** Webhooks: addresses that are told when a review ends. */
  list_webhooks: { argument: Nothing; reply: Array<WebhookView> };
  /** Adds a webhook and tells its secret, this once. */
  add_webhook: { argument: NewWebhook; reply: WebhookSecret };
  /** Gives a webhook a new secret; the one before signs beside it for a day. */
  rotate_webhook: { argument: WebhookName; reply: WebhookSecret };
  /** Switches a webhook off, or on again; what waits for it goes then. */
  switch_webhook: { argument: WebhookSwitch; reply: Array<WebhookView> };
  /** Takes a webhook away, with its secret and all it was told. */
  remove_webhook: { argument: WebhookName; reply: Array<WebhookView> };
  /** Sends a webhook a message that is about nothing, and says how it was received. */
  test_webhook: { argument: WebhookName; reply: WebhookTest };
  /** What a webhook was told, with every try. */
  list_deliveries: { argument: ListDeliveries; reply: Array<DeliveryView> };
  /** Sends a message once more, now; if it is not taken, by the schedule again. */
  redeliver: { argument: DeliveryId; reply: WebhookTest };
  /** Decisions about findings of all contracts, newest first. */
  list_decisions: { argument: ListDecisions; reply: Array<Decided> };
  /** How each provider answered in the last seven days. */
  provider_use: { argument: Nothing; reply: Array<ProviderUse> };
  /** The watched folder; a host chooses it, since a page names no path. */
  get_watch: { argument: Nothing; reply: WatchView };
  /** Changes how the results of the watched folder are written. */
  change_watch: { argument: WatchChoice; reply: WatchView };
  /** Watches no folder any more; what was taken from it stays. */
  stop_watching: { argument: Nothing; reply: WatchView };
  /** Caps on spending, and what was spent. */
  get_spending: { argument: Nothing; reply: SpendingView };
  /** Changes the caps; reviews that waited for them go on. */
  change_budgets: { argument: BudgetSettings; reply: SpendingView };
  /** Version, data folder, settings and self-check. */
  get_status: { argument: Nothing; reply: Status };
  /** Changes the worker counts; they hold from the next claimed step on. */
  change_settings: { argument: Settings; reply: Settings };
  /** Whether scanned pages can be recognised here, and for which languages. */
  get_recognition: { argument: Nothing; reply: RecognitionView };
  /** Chooses the languages of scanned pages; pages read before stay as they are. */
  change_recognition: { argument: Languages; reply: RecognitionView };
  /** Deletes a contract with all that came of it: hidden at once, removed for good after 30 seconds. */
  delete_contract: { argument: DeleteContract; reply: Deleted };
  /** Takes back a deletion that is not yet for good; what was stopped by it goes on. */
  undo_delete: { argument: ContractId; reply: Nothing };
  /** Changes how long finished reviews are kept. */
  change_retention: { argument: Retention; reply: Retention };
  /** Copies of the database, newest first. */
  list_backups: { argument: Nothing; reply: Array<BackupView> };
  /** Copies the database now. */
  make_backup: { argument: Nothing; reply: BackupView };
  /** Puts a backup in the database's place at the next start; the database of now is kept aside. */
  restore_backup: { argument: BackupName; reply: BackupView };
  /** What helps to find a defect and says nothing of any contract, to be read before it is saved. */
  make_diagnostics: { argument: Nothing; reply: Export };
}
