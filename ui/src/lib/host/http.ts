/**
 * The engine behind `countersign serve`: commands by POST, events by SSE, files by upload.
 * The token arrives in the URL's fragment and moves to the session's storage at once.
 */
import type { Commands, ErrorView, Event } from '$lib/api/generated';
import { words } from '$lib/words';
import { isErrorView, toErrorView } from './error';
import type { DragHandlers, Host } from './host';
import { eventParser } from './sse';

const TOKEN_KEY = 'countersign.token';
const UPLOADS_AT_ONCE = 4;
const RECONNECT_MS = 1000;

function takeToken(): string {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token) {
    sessionStorage.setItem(TOKEN_KEY, token);
    history.replaceState(history.state, '', location.pathname + location.search);
    return token;
  }
  return sessionStorage.getItem(TOKEN_KEY) ?? '';
}

async function errorOf(response: Response): Promise<ErrorView> {
  const body: unknown = await response.json().catch(() => null);
  if (isErrorView(body)) return body;
  if (response.status === 401) return { code: 'unauthorised', message: words.errors.unauthorised };
  return { code: `http_${response.status}`, message: words.errors.unexpected(`HTTP ${response.status}`) };
}

function isEvent(value: unknown): value is Event {
  return typeof value === 'object' && value !== null && 'seq' in value && 'kind' in value;
}

export function httpHost(): Host {
  const headers = { Authorization: `Bearer ${takeToken()}` };

  async function upload(file: File): Promise<string> {
    const response = await fetch(`/drops?name=${encodeURIComponent(file.name)}`, { method: 'POST', headers, body: file });
    if (!response.ok) throw await errorOf(response);
    const reply: { drop_id: string } = await response.json();
    return reply.drop_id;
  }

  /** Uploads in the order given, a few at once; what fails is told and left out. */
  async function uploadAll(files: File[], refused: DragHandlers['refused']): Promise<string[]> {
    const ids: (string | null)[] = files.map(() => null);
    let next = 0;
    async function work(): Promise<void> {
      for (let at = next++; at < files.length; at = next++) {
        const file = files[at];
        if (!file) continue;
        try {
          ids[at] = await upload(file);
        } catch (error) {
          refused(file.name, toErrorView(error));
        }
      }
    }
    await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, work));
    return ids.filter((id) => id !== null);
  }

  return {
    async call<K extends keyof Commands>(name: K, argument: Commands[K]['argument']): Promise<Commands[K]['reply']> {
      let response: Response;
      try {
        response = await fetch(`/call/${name}`, {
          method: 'POST',
          headers: { ...headers, 'Content-Type': 'application/json' },
          body: JSON.stringify(argument),
        });
      } catch (error) {
        throw toErrorView(error);
      }
      if (!response.ok) throw await errorOf(response);
      return response.json();
    },

    subscribe(onEvents) {
      const stop = new AbortController();
      let last: number | null = null;
      async function follow(): Promise<void> {
        while (!stop.signal.aborted) {
          try {
            const response = await fetch(last === null ? '/events' : `/events?after=${last}`, { headers, signal: stop.signal });
            if (response.ok && response.body) {
              onEvents([]);
              const feed = eventParser((data) => {
                const event: unknown = JSON.parse(data);
                if (!isEvent(event)) return;
                last = event.seq;
                onEvents([event]);
              });
              const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
              for (let piece = await reader.read(); !piece.done; piece = await reader.read()) feed(piece.value);
            }
          } catch {
            // The server went away or the page closes: the loop tries again or ends.
          }
          if (!stop.signal.aborted) await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
        }
      }
      void follow();
      return () => stop.abort();
    },

    onDrag(handlers) {
      let depth = 0;
      const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
      const listeners = {
        dragenter(event: DragEvent) {
          if (!hasFiles(event)) return;
          event.preventDefault();
          depth += 1;
          if (depth === 1) handlers.entered();
        },
        dragover(event: DragEvent) {
          if (!hasFiles(event)) return;
          event.preventDefault();
          if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
        },
        dragleave(event: DragEvent) {
          if (!hasFiles(event)) return;
          depth = Math.max(0, depth - 1);
          if (depth === 0) handlers.left();
        },
        drop(event: DragEvent) {
          if (!hasFiles(event)) return;
          event.preventDefault();
          depth = 0;
          handlers.left();
          const files = Array.from(event.dataTransfer?.files ?? []);
          void uploadAll(files, handlers.refused).then((ids) => {
            if (ids.length > 0) handlers.dropped(ids);
          });
        },
      };
      window.addEventListener('dragenter', listeners.dragenter);
      window.addEventListener('dragover', listeners.dragover);
      window.addEventListener('dragleave', listeners.dragleave);
      window.addEventListener('drop', listeners.drop);
      return () => {
        window.removeEventListener('dragenter', listeners.dragenter);
        window.removeEventListener('dragover', listeners.dragover);
        window.removeEventListener('dragleave', listeners.dragleave);
        window.removeEventListener('drop', listeners.drop);
      };
    },

    pickFiles(refused) {
      return new Promise((resolve) => {
        const input = document.createElement('input');
        input.type = 'file';
        input.multiple = true;
        input.accept = '.pdf,.docx,.docm,.odt,.rtf,.html,.htm,.md,.txt,.eml,.msg,application/pdf';
        input.addEventListener('cancel', () => resolve([]));
        input.addEventListener('change', () => resolve(uploadAll(Array.from(input.files ?? []), refused)));
        input.click();
      });
    },

    async saveExport(file) {
      const content = file.encoding === 'base64' ? Uint8Array.from(atob(file.content), (byte) => byte.charCodeAt(0)) : file.content;
      const url = URL.createObjectURL(new Blob([content], { type: file.media_type }));
      const link = document.createElement('a');
      link.href = url;
      link.download = file.file_name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
      return file.file_name;
    },

    documentSource: (contractId) => ({ url: `/docs/${encodeURIComponent(contractId)}`, httpHeaders: headers }),

    // Only a desktop shows notifications that can be clicked.
    onOpenReview: () => () => {},
    ready() {},
  };
}
