import 'reflect-metadata';
import { runService } from '@suyuan/service';
import { TRACE_SERVICE } from './trace.service';

void runService({ module: TRACE_SERVICE.module, role: TRACE_SERVICE });
