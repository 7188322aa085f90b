import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Role } from '../principal';

/** An API key: its SHA-256 and what it may do; never its clear text. */
@Entity('access_key', { synchronize: false })
export class ApiKeyEntity {
  @PrimaryColumn('text') id!: string;
  @Column('bytea', { select: false }) hash!: Buffer;
  @Column('text') role!: Role;
  @Column('text', { nullable: true }) party!: string | null;
  @Column('text', { nullable: true }) label!: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'expires_at', nullable: true }) expiresAt!: Date | null;
  @Column('timestamptz', { name: 'last_used_at', nullable: true }) lastUsedAt!: Date | null;
  @Column('timestamptz', { name: 'revoked_at', nullable: true }) revokedAt!: Date | null;
}
