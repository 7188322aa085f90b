import { describeMessagingContract } from '../messaging.contract';
import { InProcessMessaging } from './in-process-messaging.adapter';

const shared = new InProcessMessaging();

describeMessagingContract('in process', () => Promise.resolve(shared));
