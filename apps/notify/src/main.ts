import 'reflect-metadata';
import { runService } from '@suyuan/service';
import { NOTIFY_SERVICE } from './notify.service';

void runService({ module: NOTIFY_SERVICE.module, role: NOTIFY_SERVICE });
