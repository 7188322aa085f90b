/**
 * Settings for a machine of two cores that also runs the application. Durability stays as PostgreSQL ships it: fsync and
 * synchronous commits on. No parallel workers inside a query: they need /dev/shm, of which a container has 64 MB, and
 * gain nothing on two cores.
 */
const OPTIONS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  wal_compression: 'pglz',
  random_page_cost: '1.1',
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  max_parallel_maintenance_workers: '0',
  // A killed client must not go on working: its locks would hold up the next start.
  client_connection_check_interval: '1s',
  tcp_keepalives_idle: '60',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  cluster_name: 'suyuan',
};

/** Arguments of the `postgres` program. The port comes last, so that two command lines differ in their tail only. */
export function serverArguments(clusterDir: string, port: number): string[] {
  return [
    '-D',
    clusterDir,
    ...Object.entries(OPTIONS).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    '-p',
    String(port),
  ];
}
