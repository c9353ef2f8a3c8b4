import { codeText } from '@/shared/i18n';
import type { UploadItem } from './item';

/** Escape quotes, and stop spreadsheets from running file names as formulas. */
const cell = (text: string) => `"${text.replace(/^[=+\-@]/, "'$&").replaceAll('"', '""')}"`;

/** Failed uploads as CSV: name, bytes, code, reason, request. */
export function failureList(items: UploadItem[]): string {
  const rows = items.flatMap(({ name, size, stage }) => {
    if (stage.name !== 'failed') return [];
    const { code, detail, requestId } = stage;
    return [[cell(name), size, code, cell(codeText(code, detail)), requestId ?? ''].join(',')];
  });
  return ['file,bytes,code,reason,request', ...rows, ''].join('\r\n');
}

/** Download a text as a file. */
export function saveText(text: string, fileName: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 0);
}
