import {test} from 'vitest';
import {describeEditor} from './rig/editorTest.ts';

describeEditor('in a German window', {locale: 'de'}, rig => {
  test('commands, the view, the status bar and messages are German', async () => {
    const workbench = await rig().openExample('sonar', 100_000);
    const {page} = workbench;
    await workbench.openFile('sonar.mlp.json');
    await workbench.command('MLP Lab: Kreuzvalidieren');
    await workbench.statusItem(/sonar \d+ %/).waitFor();
    await workbench.command('MLP Lab: Verlauf zeigen');
    await page.getByRole('treeitem').filter({hasText: 'Kreuzvalidierung'}).waitFor();
    await workbench.command('MLP Lab: Abbrechen');
    await page.getByRole('treeitem').filter({hasText: 'abgebrochen'}).waitFor();
    await workbench.command('MLP Lab: Datendatei vorhersagen…');
    await workbench.notification('sonar.mlp.json hat noch kein trainiertes Modell. Trainieren Sie zuerst.').waitFor();
    await workbench.close();
  });
});
