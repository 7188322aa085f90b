import { captureStep } from '../capture';
import { claim } from '../claims';
import { Stage } from '../stage';

/** Every partner reports what it did: EPCIS documents and spreadsheets, some too late, one wrong and corrected. */
export async function supplyChain(stage: Stage): Promise<void> {
  const { narrator, script } = stage;
  narrator.begin('What happened: parts become products, pallets are packed, broken up, sold / 从零件到商品');
  const steps = script.steps.filter((step) => step.phase === 'before');
  const begin = Date.now();
  let accepted = 0;
  let duplicates = 0;
  await narrator.each('capturing', steps, 1, async (step) => {
    const captured = await captureStep(stage, step);
    accepted += captured.accepted;
    duplicates += captured.duplicates;
  });
  claim('the files hold events', accepted + duplicates > 100, { accepted, duplicates });
  const again = duplicates === 0 ? '' : `, ${duplicates} of them known already`;
  narrator.found(
    `${accepted + duplicates} events from ${steps.length} files in ${((Date.now() - begin) / 1000).toFixed(1)} s${again}`,
  );
}
