/** The doors to `features/attach`: what files need is loaded after the page, and is one part. */
import { later } from '#web/ui/later.ts';

const load = () => import('#web/features/attach/attach.ts');

export const AttachButton = later(load, ({ attach }) => attach.AttachButton);
export const AttachedList = later(load, ({ attach }) => attach.AttachedList);
export const SentFiles = later(load, ({ attach }) => attach.SentFiles);
