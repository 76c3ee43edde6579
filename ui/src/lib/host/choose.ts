/** Chooses the host once, at start. The desktop's code is loaded only inside the desktop. */
import type { Host } from './host';
import { httpHost } from './http';

export async function chooseHost(): Promise<Host> {
  if ('__TAURI_INTERNALS__' in window) {
    const { tauriHost } = await import('./tauri');
    return tauriHost();
  }
  return httpHost();
}
