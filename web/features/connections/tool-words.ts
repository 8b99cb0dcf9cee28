/** What a tool may do, in words. */
import type { Tool, ToolSetting } from '#shared/protocol/connection.ts';

export const settingWords: Readonly<Record<ToolSetting, string>> = {
  default: 'By its risk',
  off: 'Off',
  ask: 'Always ask',
  auto: 'Run without asking',
};

export const verdictWords: Readonly<Record<Tool['verdict'], string>> = {
  allow: 'runs by itself',
  ask: 'asks you',
  deny: 'is off',
};

/** The model's own service runs these: there is no moment in which anybody could be asked. */
const unattended: ReadonlySet<string> = new Set(['web_search', 'web_fetch', 'code_execution']);

/** What one can choose for all of these at once. */
export const choicesFor = (tools: readonly Tool[]): ToolSetting[] =>
  tools.some(({ key }) => unattended.has(key)) ? ['default', 'off'] : ['default', 'off', 'ask', 'auto'];

/** Whether a call of it can change, send or delete something. */
export const acts = ({ risk }: Tool): boolean => risk !== 'read' && risk !== 'store';

/** The setting that all have, or null when they differ. */
export const commonSetting = (tools: readonly Tool[]): ToolSetting | null => {
  const [first] = tools;
  return first !== undefined && tools.every(({ setting }) => setting === first.setting)
    ? first.setting
    : null;
};
