import 'reflect-metadata';
import { runService } from '@suyuan/service';
import { RECALL_SERVICE } from './recall.service';

void runService({ module: RECALL_SERVICE.module, role: RECALL_SERVICE });
