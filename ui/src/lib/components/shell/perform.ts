/** What each action of the table does, and when it makes sense. */
import { tick } from 'svelte';
import type { ReviewRow, ReviewView } from '$lib/api/generated';
import { noFilter } from '$lib/format/findings';
import { canPause, canResume, canRetry, isActive, isLocked } from '$lib/format/review';
import { ofWindow, onOneContract, tabActions, type ActionId } from './actions';
import type { App } from './app.svelte';
import { panes, textSizes, type Asking, type Overview, type Screen } from './workspace.svelte';

interface Marked {
  markAll: () => void;
}

interface Walked {
  move: (by: 1 | -1) => void;
  focusSelected: () => void;
}

/** What is on screen now. */
export interface Parts {
  queue: (Walked & Marked) | undefined;
  report: (Walked & { accept: () => void; ask: (what: Asking) => void; undo: () => void }) | undefined;
  pages: { search: () => void; zoomIn: () => void; zoomOut: () => void; fitWidth: () => void; fitPage: () => void; rotate: () => void; flipThumbnails: () => void; make: () => void; focusPages: () => void } | undefined;
  overview: (Walked & { leave: () => void }) | undefined;
  row: ReviewRow | undefined;
  review: ReviewView | null | undefined;
  paused: boolean;
  /** Something in the queue is to be done. */
  active: boolean;
}

export interface Performer {
  run: (id: ActionId) => void;
  /** Whether it would do anything now. */
  can: (id: ActionId) => boolean;
  focusPane: () => void;
}

const click = (selector: string) => document.querySelector<HTMLElement>(selector)?.click();

export function performer(app: App, parts: () => Parts): Performer {
  const workspace = app.workspace;

  function focusPane(): void {
    const { queue, report, pages, overview } = parts();
    if (workspace.pane === 'queue') queue?.focusSelected();
    else if (workspace.screen !== 'review') overview?.focusSelected();
    else if (workspace.pane === 'review') report?.focusSelected();
    else pages?.focusPages();
  }

  function goTo(by: 1 | -1): void {
    const to = panes[panes.indexOf(workspace.pane) + by];
    if (to && !(to === 'document' && workspace.screen !== 'review')) workspace.pane = to;
    focusPane();
  }

  function move(by: 1 | -1): void {
    if (workspace.pane === 'queue') parts().queue?.move(by);
    else if (workspace.screen !== 'review') parts().overview?.move(by);
    else parts().report?.move(by);
  }

  const withRow = (run: (row: ReviewRow) => unknown) => () => {
    const { row } = parts();
    if (row) void run(row);
  };

  /** Only the list of findings settles them. */
  function settle(run: (report: NonNullable<Parts['report']>) => void): () => void {
    return () => {
      const { report, review } = parts();
      if (!report || !review?.report) return;
      workspace.tab = 'findings';
      // The list may have to be put on screen first.
      void tick().then(() => run(report));
    };
  }

  function show(settled: 'open' | null): void {
    workspace.tab = 'findings';
    workspace.findingFilter = settled ? { ...noFilter, settled } : noFilter;
    workspace.pane = 'review';
    focusPane();
  }

  function openPalette(onlyText: boolean): void {
    workspace.paletteOnlyText = onlyText;
    workspace.paletteOpen = true;
  }

  /** Once more, and it goes back to the contract. */
  function toOverview(overview: Overview): void {
    if (!parts().row) return;
    const there = workspace.screen === 'portfolio' && workspace.overview === overview;
    if (there) workspace.screen = 'review';
    else workspace.openOverview(overview);
    workspace.pane = 'review';
    void tick().then(focusPane);
  }

  function toScreen(screen: Screen): void {
    workspace.screen = workspace.screen === screen ? 'review' : screen;
    workspace.pane = 'review';
    void tick().then(focusPane);
  }

  function resize(by: 1 | -1): void {
    const to = textSizes[textSizes.indexOf(workspace.textSize.value) + by];
    if (to !== undefined) workspace.textSize.value = to;
  }

  const toTab = Object.fromEntries(tabActions.map((tab) => [tab, () => void (workspace.tab = tab)])) as Record<(typeof tabActions)[number], () => void>;

  const does: Record<ActionId, () => void> = {
    next: () => move(1),
    previous: () => move(-1),
    open: () => {
      workspace.screen = 'review';
      workspace.pane = 'review';
      focusPane();
    },
    back: () => {
      if (workspace.screen !== 'review' && workspace.pane !== 'queue') return parts().overview?.leave();
      workspace.pane = 'queue';
      focusPane();
    },
    left: () => goTo(-1),
    right: () => goTo(1),
    filter: () => document.querySelector<HTMLElement>(`[data-filter="${workspace.pane === 'queue' ? 'queue' : workspace.screen}"]`)?.focus(),
    palette: () => openPalette(false),
    searchAll: () => openPalette(true),
    portfolio: () => toOverview('contracts'),
    renewals: () => toOverview('renewals'),
    playbooks: () => toScreen('playbooks'),
    activity: () => toScreen('activity'),
    accept: settle((report) => report.accept()),
    dismiss: settle((report) => report.ask('dismiss')),
    note: settle((report) => report.ask('note')),
    edit: settle((report) => report.ask('edit')),
    undo: settle((report) => report.undo()),
    why: () => {
      const { report } = parts();
      workspace.tab = 'findings';
      workspace.why.value = !workspace.why.value;
      void tick().then(() => report?.focusSelected());
    },
    showOpen: () => show('open'),
    showAll: () => show(null),
    ...toTab,
    find: () => parts().pages?.search(),
    zoomIn: () => parts().pages?.zoomIn(),
    zoomOut: () => parts().pages?.zoomOut(),
    fit: () => parts().pages?.fitWidth(),
    fitPage: () => parts().pages?.fitPage(),
    rotate: () => parts().pages?.rotate(),
    thumbnails: () => parts().pages?.flipThumbnails(),
    makeFinding: () => parts().pages?.make(),
    add: () => void app.add(),
    samples: () => void app.addSamples(),
    exportReview: () => click('[data-export]'),
    mark: withRow((row) => {
      workspace.mark(row.id);
      if (workspace.pane === 'queue') move(1);
    }),
    markAll: () => parts().queue?.markAll(),
    goFirst: withRow((row) => app.changePriority(row, -1)),
    usualOrder: withRow((row) => app.changePriority(row, 0)),
    pause: withRow(app.pause),
    resume: withRow(app.resume),
    stop: withRow(app.stop),
    retry: withRow(app.retry),
    remove: withRow(app.remove),
    pauseAll: () => void app.pauseAll(!parts().paused),
    settings: () => (workspace.settingsOpen = true),
    notices: () => click('[data-notices]'),
    textLarger: () => resize(1),
    textSmaller: () => resize(-1),
    textUsual: () => void (workspace.textSize.value = 1),
    shortcuts: () => (workspace.shortcutsOpen = true),
  };

  function can(id: ActionId): boolean {
    const { row, review, pages, paused, active } = parts();
    if (workspace.screen !== 'review' && onOneContract.has(id)) return false;
    if (ofWindow.has(id) && !app.host.desktop) return false;
    const working = row !== undefined && isActive(row);
    switch (id) {
      case 'accept':
      case 'dismiss':
      case 'note':
      case 'edit':
        return Boolean(review?.report) && workspace.finding !== null;
      case 'undo':
        return review?.decisions.history.some((entry) => entry.undone_at === null) ?? false;
      case 'why':
      case 'showOpen':
      case 'showAll':
      case 'exportReview':
      case 'findings':
      case 'terms':
      case 'dates':
      case 'obligations':
      case 'coverage':
      case 'history':
      case 'ask':
        return Boolean(review?.report);
      case 'find':
      case 'zoomIn':
      case 'zoomOut':
      case 'fit':
      case 'fitPage':
      case 'rotate':
      case 'thumbnails':
      case 'makeFinding':
        return pages !== undefined;
      case 'goFirst':
        return working && row.priority >= 0;
      case 'usualOrder':
        return working && row.priority < 0;
      case 'pause':
        return row !== undefined && canPause(row);
      case 'resume':
        return row !== undefined && canResume(row);
      case 'stop':
        return working;
      case 'retry':
        return row !== undefined && canRetry(row) && !isLocked(row);
      case 'portfolio':
      case 'renewals':
      case 'mark':
      case 'markAll':
      case 'remove':
        return row !== undefined;
      case 'pauseAll':
        return active || paused;
      default:
        return true;
    }
  }

  function run(id: ActionId): void {
    // What can't be seen must not be changed by a key.
    if (workspace.screen !== 'review' && onOneContract.has(id)) return;
    does[id]();
  }

  return { run, can, focusPane };
}
