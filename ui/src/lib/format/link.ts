/** Links to findings: the desktop opens them wherever they are clicked, the palette where they are pasted. */

export interface FindingLink {
  reviewId: string;
  /** Names the finding by its check and its quotes. */
  key: string;
}

const FORM = /^countersign:\/\/finding\/([0-9a-f-]{36})\/([0-9a-f]{64})\/?$/;

export const linkTo = ({ reviewId, key }: FindingLink): string => `countersign://finding/${reviewId}/${key}`;

export function linkIn(text: string): FindingLink | null {
  const [, reviewId, key] = FORM.exec(text.trim()) ?? [];
  return reviewId && key ? { reviewId, key } : null;
}
