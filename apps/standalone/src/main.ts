import 'reflect-metadata';
import { runService } from '@suyuan/service';
import { AppModule } from './app.module';

void runService({ module: (parts) => AppModule.of(parts) });
