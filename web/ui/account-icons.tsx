/** The icons of settings and of the way in, loaded with them. */
import { icon } from './icon.tsx';

export const KeyIcon = /* @__PURE__ */ icon(
  'M15.5 4a4.5 4.5 0 1 1 0 9a4.5 4.5 0 0 1 0-9M12.3 11.7L4 20M6.5 17.5l2.5 2.5M9.5 14.5l2 2',
);
export const AlertIcon = /* @__PURE__ */ icon('M12 4.5l8.5 15h-17zM12 10v4.5M12 17h.01');
export const MailIcon = /* @__PURE__ */ icon('M4 6h16v12H4zM4 7l8 6l8-6');
export const DeviceIcon = /* @__PURE__ */ icon('M5 5h14v10H5zM3 19h18');
export const DownloadIcon = /* @__PURE__ */ icon('M12 4v11M7 11l5 5l5-5M5 20h14');
