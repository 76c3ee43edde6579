/** The engine inside the desktop shell. The only module that knows Tauri. */
import { Channel, convertFileSrc, invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import type { Commands, Event } from '$lib/api/generated';
import { toErrorView } from './error';
import type { Host, Unsubscribe } from './host';

const attaching: Promise<unknown>[] = [];

function attach<T>(event: string, handle: (payload: T) => void): Unsubscribe {
  let detached = false;
  const listening = listen<T>(event, ({ payload }) => {
    if (!detached) handle(payload);
  });
  attaching.push(listening);
  return () => {
    detached = true;
    void listening.then((detach) => detach());
  };
}

export function tauriHost(): Host {
  return {
    async call<K extends keyof Commands>(name: K, argument: Commands[K]['argument']): Promise<Commands[K]['reply']> {
      try {
        return await invoke<Commands[K]['reply']>('call', { name, argument });
      } catch (error) {
        throw toErrorView(error);
      }
    },

    subscribe(onEvents) {
      let open = true;
      const channel = new Channel<Event[]>();
      channel.onmessage = (events) => {
        if (open) onEvents(events);
      };
      attaching.push(invoke('subscribe', { onEvents: channel }).then(() => onEvents([])));
      return () => {
        open = false;
      };
    },

    onDrag({ entered, left, dropped }) {
      const detach = [
        attach('drag-entered', entered),
        attach('drag-left', left),
        attach<{ drop_ids: string[] }>('files-dropped', ({ drop_ids }) => {
          left();
          dropped(drop_ids);
        }),
      ];
      return () => detach.forEach((one) => one());
    },

    pickFiles: () => invoke<string[]>('pick_files'),
    saveExport: (file) => invoke<string | null>('save_export', { export: file }),
    chooseWatchFolder: () => invoke<boolean>('choose_watch_folder'),
    documentSource: (contractId) => ({ url: convertFileSrc(contractId, 'docs') }),
    onOpenReview: (open) => attach<{ review_id: string; finding?: string | null }>('open-review', ({ review_id, finding }) => open(review_id, finding ?? null)),
    desktop: {
      sayInTray: (words) => void invoke('tray_words', { words }),
      onLeave: (ask) => attach<{ active: number }>('leave-asked', ({ active }) => ask(active)),
      leave: (how) => void invoke('leave', { how }),
      setTextSize: (scale) => void invoke('text_size', { scale }),
    },

    ready() {
      void Promise.allSettled(attaching).then(() => invoke('page_ready'));
    },
  };
}
