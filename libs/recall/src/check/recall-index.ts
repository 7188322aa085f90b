import { AncestryIdentity } from '@suyuan/trace/domain';
import { BlockingRecall, familiesOf, familyOf } from './blocking-recall';
import { FamilyRules } from './family-rules';

/** All blocking recalls of the moment, by the families they can name. Compiled when first asked after a change. */
export class RecallIndex {
  private readonly recalls = new Map<string, BlockingRecall>();
  private readonly members = new Map<string, Map<string, BlockingRecall>>();
  private readonly rules = new Map<string, FamilyRules>();

  get size(): number {
    return this.recalls.size;
  }

  all(): IterableIterator<BlockingRecall> {
    return this.recalls.values();
  }

  /** Families that some recall names. */
  families(): IterableIterator<string> {
    return this.members.keys();
  }

  get(id: string): BlockingRecall | undefined {
    return this.recalls.get(id);
  }

  /** The recalls that name goods of this family. */
  of(family: string): Iterable<BlockingRecall> {
    return this.members.get(family)?.values() ?? [];
  }

  /** Takes a recall in, in the place of what it was before. */
  put(recall: BlockingRecall): void {
    this.remove(recall.id);
    this.recalls.set(recall.id, recall);
    for (const family of familiesOf(recall.scope.source)) {
      const members = this.members.get(family) ?? new Map<string, BlockingRecall>();
      this.members.set(family, members.set(recall.id, recall));
      this.rules.delete(family);
    }
  }

  remove(id: string): void {
    const known = this.recalls.get(id);
    if (known === undefined) return;
    this.recalls.delete(id);
    for (const family of familiesOf(known.scope.source)) {
      const members = this.members.get(family);
      members?.delete(id);
      if (members?.size === 0) this.members.delete(family);
      this.rules.delete(family);
    }
  }

  rulesOf(family: string): FamilyRules | undefined {
    const known = this.rules.get(family);
    if (known !== undefined) return known;
    const members = this.members.get(family);
    if (members === undefined) return undefined;
    const rules = new FamilyRules(family, members.values());
    this.rules.set(family, rules);
    return rules;
  }

  /** Every recall that may match one of these identities. */
  candidates(identities: readonly AncestryIdentity[]): Set<BlockingRecall> {
    const found = new Set<BlockingRecall>();
    for (const identity of identities) {
      for (const family of new Set([identity.key, ...identity.lots].map(familyOf)))
        for (const recall of this.rulesOf(family)?.candidates(identity) ?? []) found.add(recall);
    }
    return found;
  }
}
