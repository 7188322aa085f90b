import 'reflect-metadata';
import { runService } from '@suyuan/service';
import { RELAY_SERVICE } from './relay.service';

void runService({ module: RELAY_SERVICE.module, role: RELAY_SERVICE });
