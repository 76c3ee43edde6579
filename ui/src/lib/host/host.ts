/**
 * The seam between the page and whatever runs the engine: the desktop shell or the HTTP server.
 * The page never names a path: files become drop ids on the host's side.
 */
import type { Commands, ErrorView, Event, Export } from '$lib/api/generated';

export interface DragHandlers {
  /** Files hang over the window. */
  entered(): void;
  /** They left it, or were dropped. */
  left(): void;
  /** They were dropped and registered. */
  dropped(dropIds: string[]): void;
  /** A dropped file could not be handed to the engine. */
  refused(file: string, error: ErrorView): void;
}

export interface DocumentSource {
  url: string;
  httpHeaders?: Record<string, string>;
}

/** What the icon beside the clock says. */
export interface TrayWords {
  idle: string;
  one: string;
  /** `{count}` stands for how many. */
  many: string;
  show: string;
  quit: string;
}

/** How a person leaves while reviews are under way. */
export type Leave = 'finish' | 'pause' | 'stay';

/** What only a window of one's own can. */
export interface Desktop {
  sayInTray(words: TrayWords): void;
  /** The window is to be closed, and so many reviews are under way. */
  onLeave(ask: (active: number) => void): Unsubscribe;
  leave(how: Leave): void;
  /** Shows everything larger or smaller; 1 is as it was drawn. */
  setTextSize(scale: number): void;
}

export type Unsubscribe = () => void;

export interface Host {
  /** Runs a command; rejects with an `ErrorView`. */
  call<K extends keyof Commands>(name: K, argument: Commands[K]['argument']): Promise<Commands[K]['reply']>;
  /** Events say that something changed and carry no facts; an empty batch, that some may have been missed. */
  subscribe(onEvents: (events: Event[]) => void): Unsubscribe;
  onDrag(handlers: DragHandlers): Unsubscribe;
  /** Lets the person choose files; empty when they choose none. */
  pickFiles(onRefused: DragHandlers['refused']): Promise<string[]>;
  /** Where the file was saved; null when the person cancelled. */
  saveExport(file: Export): Promise<string | null>;
  /** Lets the person choose the folder that is watched; whether they chose one. Absent where a host can't ask. */
  chooseWatchFolder?(): Promise<boolean>;
  /** Where pdf.js reads the contract's file. */
  documentSource(contractId: string): DocumentSource;
  /** The person clicked a desktop notification, or a link to a finding, which names it. */
  onOpenReview(open: (reviewId: string, finding: string | null) => void): Unsubscribe;
  /** Absent in a browser, which has its own. */
  desktop?: Desktop;
  /** Everything is listening: the host may send what it kept back. */
  ready(): void;
}
