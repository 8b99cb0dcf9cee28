/** Files in messages: adding them, what is added, and those that were sent. One part, loaded after the page. */
import { AttachButton } from './attach-button.tsx';
import { AttachedList } from './attached-list.tsx';
import { SentFiles } from './sent-files.tsx';
import './attach.css';

export const attach = { AttachButton, AttachedList, SentFiles };
