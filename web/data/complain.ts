/** Says in a toast why something did not work. The sentences are loaded when they are first needed. */
import { toast } from '#web/ui/toast.ts';

/** Never throws: a complaint that cannot be loaded is made in general words. */
export async function complain(error: unknown): Promise<void> {
  try {
    const { rare } = await import('#web/features/conversation/rare.ts');
    toast({ text: rare.describe(error) });
  } catch {
    toast({ text: 'That did not work. Check the connection and try again.' });
  }
}
