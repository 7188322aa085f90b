import { ReportSource } from '../report-source';
import { Report } from '../table';
import { cnFood, gbt40993 } from './china';
import { consigneeStatus } from './consignee-status';
import { cpscMonthly } from './cpsc-monthly';
import { final, progress } from './progress';
import { summary } from './summary';

/** Reports that `GET /api/v1/recalls/{id}/report?kind=` makes. */
export const REPORTS: Readonly<Record<string, (source: ReportSource) => Report>> = {
  summary,
  progress,
  final,
  'consignee-status': consigneeStatus,
  'cn-food': cnFood,
  'cpsc-monthly': cpscMonthly,
  gbt40993,
};
