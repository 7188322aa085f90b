/** What the app's settings say to this library; also the injection token. */
export abstract class AccessSettings {
  /** SUYUAN_EGRESS_ALLOW: private address ranges that webhooks may reach. */
  abstract readonly egressAllow: string | undefined;
}
