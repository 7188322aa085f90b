import 'reflect-metadata';
import { runService } from '@suyuan/service';
import { CAPTURE_SERVICE } from './capture.service';

void runService({ module: CAPTURE_SERVICE.module, role: CAPTURE_SERVICE });
