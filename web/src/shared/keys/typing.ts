type TargetLike = { tagName?: string; isContentEditable?: boolean; type?: string } | null;

const textless = new Set(['checkbox', 'radio', 'button', 'submit', 'range', 'color', 'file']);

/** Whether the element takes text input, where single-key shortcuts must not fire. */
export function isTyping(target: TargetLike): boolean {
  if (!target) return false;
  if (target.isContentEditable) return true;
  if (target.tagName === 'TEXTAREA' || target.tagName === 'SELECT') return true;
  return target.tagName === 'INPUT' && !textless.has(target.type ?? 'text');
}
