import { lazyPart } from '@/shared/ui/lazy-part';

export {
  forgetUploads,
  onStored,
  openUploads,
  options as uploadOptions,
  queue,
  useHasUploads,
  useHasWaiting,
} from './store';
export { UploadWayIn } from './ui/drop-target';
export { FilePicker } from './ui/file-picker';

export const UploadPage = lazyPart(() => import('./page'));
export const UploadTray = lazyPart(() => import('./ui/tray'));
