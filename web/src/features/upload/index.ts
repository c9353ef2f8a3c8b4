import { lazyComponent } from '@/shared/ui/lazy-component';

export {
  forgetUploads,
  onStored,
  openUploads,
  options as uploadOptions,
  queue,
  useHasUploads,
  useHasWaiting,
} from './store';
export { UploadDropTarget } from './ui/drop-target';
export { FilePicker } from './ui/file-picker';

export const UploadPage = lazyComponent(() => import('./page'));
export const UploadTray = lazyComponent(() => import('./ui/tray'));
