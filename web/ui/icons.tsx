/** The icons of the first page: one grid of 24, one stroke. Each is drawn beside a label or in a labelled button. */
import { icon } from './icon.tsx';

export const ChatIcon = /* @__PURE__ */ icon('M5 5h14v11H10l-5 4z');
export const InboxIcon = /* @__PURE__ */ icon('M4 13l2.5-8h11L20 13v6H4zM4 13h4.5l1.5 2.5h4l1.5-2.5H20');
export const DayIcon = /* @__PURE__ */ icon(
  'M12 8a4 4 0 1 1 0 8a4 4 0 0 1 0-8M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6L7 7M17 17l1.4 1.4M18.4 5.6L17 7M7 17l-1.4 1.4',
);
export const ClockIcon = /* @__PURE__ */ icon('M12 4a8 8 0 1 1 0 16a8 8 0 0 1 0-16M12 8v4.5l3 2');
export const PlugIcon = /* @__PURE__ */ icon('M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4');
export const SettingsIcon = /* @__PURE__ */ icon(
  'M4 8h8.5M17.5 8H20M4 16h2.5M11.5 16H20M15 5.5a2.5 2.5 0 1 1 0 5a2.5 2.5 0 0 1 0-5M9 13.5a2.5 2.5 0 1 1 0 5a2.5 2.5 0 0 1 0-5',
);
export const PlusIcon = /* @__PURE__ */ icon('M12 5v14M5 12h14');
export const SearchIcon = /* @__PURE__ */ icon('M11 4a7 7 0 1 1 0 14a7 7 0 0 1 0-14M16.2 16.2L20 20');
export const MoreIcon = /* @__PURE__ */ icon('M5 12h.01M12 12h.01M19 12h.01', 2.5);
export const SendIcon = /* @__PURE__ */ icon('M12 19V5M6 11l6-6l6 6', 2);
export const StopIcon = /* @__PURE__ */ icon('M9.5 9.5h5v5h-5zM12 12h.01', 3.5);
export const CopyIcon = /* @__PURE__ */ icon('M9 9h10v11H9zM6 15H5V4h10v2');
export const CheckIcon = /* @__PURE__ */ icon('M5 12.5l4.5 4.5L19 7.5');
export const AgainIcon = /* @__PURE__ */ icon('M19 12a7 7 0 1 1-2.2-5.1L19 9M19 4v5h-5');
export const DownIcon = /* @__PURE__ */ icon('M12 5v14M6 13l6 6l6-6');
export const BackIcon = /* @__PURE__ */ icon('M14.5 5.5L8 12l6.5 6.5');
export const CloseIcon = /* @__PURE__ */ icon('M6 6l12 12M18 6L6 18');
