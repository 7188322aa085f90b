import { archive } from './acts/archive';
import { answers } from './acts/answers';
import { closure } from './acts/closure';
import { discrepancy } from './acts/discrepancy';
import { drill } from './acts/drill';
import { effectiveness } from './acts/effectiveness';
import { escalation } from './acts/escalation';
import { lateDelivery } from './acts/late-delivery';
import { order } from './acts/order';
import { regimes } from './acts/regimes';
import { registration } from './acts/registration';
import { scopeChange } from './acts/scope-change';
import { supplyChain } from './acts/supply-chain';
import { till } from './acts/till';
import { trace } from './acts/trace';
import { Api, inPath } from './api';
import { Narrator } from './narrator';
import { readScript } from './script';
import { Server } from './server';
import { Stage } from './stage';
import { WebhookReceiver } from './webhook-receiver';

/** Plays the whole story on a running server. Throws ClaimFailed at the first answer that is not the expected one. */
export async function play(server: Server, narrator: Narrator): Promise<void> {
  const admin = new Api(server.url, server.adminKey);
  const stage = new Stage(await readScript(), admin, narrator);
  let receiver: WebhookReceiver | undefined;
  try {
    await registration(stage);
    receiver = await connectMall(stage);
    await supplyChain(stage);
    await trace(stage);
    const recall = await order(stage, receiver);
    await regimes(stage, recall);
    await answers(stage, recall);
    await escalation(stage, recall);
    await lateDelivery(stage, recall);
    await discrepancy(stage, recall);
    await till(stage, recall);
    await scopeChange(stage, recall);
    await effectiveness(stage, recall);
    await drill(stage);
    await closure(stage, recall);
    await archive(stage, recall);
  } finally {
    await tidyUp(stage, receiver);
    await admin.close();
  }
}

/** The online mall has notices sent to its own system, if this server may reach this machine. */
async function connectMall(stage: Stage): Promise<WebhookReceiver | undefined> {
  const receiver = await WebhookReceiver.start();
  const answer = await stage.admin.patch(
    `/api/v1/parties/${inPath(stage.code('mall'))}`,
    { webhook: { url: receiver.url } },
    [400, 422],
  );
  const secret = (answer.body['webhook'] as { secret?: string } | undefined)?.secret;
  if (answer.status >= 400 || secret === undefined) {
    stage.narrator.say(
      '(This server may not call 127.0.0.1, see SUYUAN_EGRESS_ALLOW: the mall reads its inbox instead of a webhook.)',
    );
    await receiver.stop();
    return undefined;
  }
  receiver.trust(secret);
  return receiver;
}

/** Nothing of the play's access stays behind: its keys are revoked, its webhook is gone. */
async function tidyUp(stage: Stage, receiver: WebhookReceiver | undefined): Promise<void> {
  try {
    if (receiver !== undefined) {
      await stage.admin.patch(`/api/v1/parties/${inPath(stage.code('mall'))}`, { webhook: null });
      await receiver.stop();
    }
    for (const keyId of stage.keyIds) await stage.admin.delete(`/api/v1/keys/${inPath(keyId)}`);
  } catch (error) {
    // The play's own outcome matters more than what could not be tidied up after it.
    stage.narrator.say(`(tidying up: ${(error as Error).message})`);
  }
}
