/**
 * For `<dialog {@attach modal(close)}>`: a modal dialog exists only through calls on its element.
 *
 * The browser tells of a close only in a task of its own. A key that opens the dialog again before that task would
 * find it open still and be lost, so Escape is answered at once; and a late event of a dialog that was taken away must
 * not close the one opened since.
 */
import { on } from 'svelte/events';

export function modal(close: () => void): (dialog: HTMLDialogElement) => () => void {
  return (dialog) => {
    // In the order of the handlers of what stands in the dialog, which may keep the key for itself.
    const offKey = on(dialog, 'keydown', (event) => {
      if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('[popover]:popover-open')) return;
      event.preventDefault();
      close();
    });
    const offClose = on(dialog, 'close', () => dialog.isConnected && close());
    dialog.showModal();
    return () => {
      offKey();
      offClose();
      dialog.close();
    };
  };
}
