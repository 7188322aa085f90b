export * from './clock';
export * from './http/problem';
export * from './database/database';
export * from './database/migration';
export * from './projection/progress';
