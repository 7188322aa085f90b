import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '@suyuan/access';
import { Problem } from '@suyuan/platform';
import { Regime } from './regime';
import { RegimeBook } from './regime-book';

/** The recall laws that this installation knows, as data, each part with its source and how far it was verified. */
@ApiTags('regimes')
@Public()
@Controller('api/v1/regimes')
export class RegimesController {
  constructor(private readonly regimes: RegimeBook) {}

  /** `{items: [{id, name, jurisdiction, legalBasis, classes, evidence}]}` */
  @Get()
  @ApiOperation({ summary: 'The regime profiles that recalls may name' })
  list(): unknown {
    return {
      items: this.regimes.all().map(({ id, name, jurisdiction, legalBasis, classes, evidence }) => ({
        id,
        name,
        jurisdiction,
        legalBasis,
        classes,
        evidence,
      })),
    };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One profile whole: clocks, answers, ladder, notice rules, effectiveness, retention' })
  one(@Param('id') id: string): Regime & { calendarDays: unknown } {
    const regime = this.regimes.get(id);
    if (regime === undefined) throw Problem.notFound('There is no such regime.');
    return { ...regime, calendarDays: this.regimes.calendar(regime.calendar) };
  }
}
