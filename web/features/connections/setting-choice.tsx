/** What a tool, or all of a server's, may do. What lets something happen unasked says so before it is done. */
import { useState } from 'react';
import type { Tool, ToolSetting } from '#shared/protocol/connection.ts';
import { setTools } from '#web/data/tool-settings.ts';
import { useAction } from '#web/data/use-action.ts';
import { AskDialog } from '#web/features/settings/ask-dialog.tsx';
import { Fault } from '#web/features/settings/section.tsx';
import { riskWords } from '#web/features/tools/sentence.ts';
import { acts, choicesFor, commonSetting, settingWords } from './tool-words.ts';

interface Props {
  tools: readonly Tool[];
  /** For those who do not see what stands beside it. */
  label: string;
  /** What the tools are together, in the question before they run unasked. */
  name: string;
  disabled?: boolean;
}

export function SettingChoice({ tools, label, name, disabled = false }: Props) {
  const [asking, ask] = useState(false);
  const action = useAction();
  const common = commonSetting(tools);
  const grave = tools.filter(acts);
  const set = async (setting: ToolSetting) => {
    if (await action.run(() => setTools(tools, setting))) ask(false);
  };
  const choose = (setting: ToolSetting) => {
    if (setting === 'auto' && grave.length > 0) ask(true);
    else void set(setting);
  };
  return (
    <>
      <select
        aria-label={label}
        value={common ?? ''}
        disabled={disabled || action.busy}
        onChange={(event) => choose(event.target.value as ToolSetting)}
      >
        {common === null && (
          <option value="" disabled>
            Differs
          </option>
        )}
        {choicesFor(tools).map((setting) => (
          <option key={setting} value={setting}>
            {settingWords[setting]}
          </option>
        ))}
      </select>
      {!asking && <Fault text={action.fault} />}
      {asking && (
        <AskDialog
          title={`Let ${name} run without asking?`}
          keep="Keep asking"
          verb="Run without asking"
          action={action}
          onVerb={() => void set('auto')}
          onClose={() => ask(false)}
        >
          <p>
            {tools.length === 1 ? 'It' : 'They'} will run without asking, except after Claude has read text
            from outside, such as a mail or a web page: then Claude asks all the same.
          </p>
          {tools.length > 1 && (
            <>
              <p>These can do more than look:</p>
              <ul className="grave">
                {grave.map(({ key, title, risk }) => (
                  <li key={key}>
                    {title} <span className="muted">{riskWords[risk].toLowerCase()}</span>
                  </li>
                ))}
              </ul>
            </>
          )}
        </AskDialog>
      )}
    </>
  );
}
