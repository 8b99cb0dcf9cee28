/** Which conversation a list is about: all of them, or one by its title. */
import { useId } from 'react';

interface Props {
  value: string | null;
  titles: ReadonlyMap<string, string>;
  onChange: (conversationId: string | null) => void;
}

export function ConversationFilter({ value, titles, onChange }: Props) {
  const field = useId();
  return (
    <div className="filter">
      <label htmlFor={field}>Conversation</label>
      <select id={field} value={value ?? ''} onChange={(event) => onChange(event.target.value || null)}>
        <option value="">All conversations</option>
        {[...titles].map(([id, title]) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </select>
    </div>
  );
}
