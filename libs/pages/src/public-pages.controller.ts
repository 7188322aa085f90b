import { Public } from '@suyuan/access';
import { classKey, Identifier, instanceKey, lotKey, parseCode } from '@suyuan/gs1';
import { Problem } from '@suyuan/platform';
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { badCode, faultOf, pathOf } from './digital-link.controller';
import { PublicRecallReader } from './ports/public-recall-reader';
import { chooseLanguage, Language } from './render/language';
import { badCodePage, landingPage, notFoundPage } from './render/plain-pages';
import { recallListPage, recallPage } from './render/recall-pages';
import { headerOf, sendPage, textOf, wants, WebReply, WebRequest } from './web';

const RECALLS_PER_PAGE = 50;
// Not named as Nest's decorator: the emitted parameter type would be that function, and the input pipe would check against it.
type QueryText = Readonly<Record<string, unknown>>;

/** The pages beside those of the products: what this is, and what is recalled. */
@Controller()
@Public()
export class PublicPagesController {
  constructor(private readonly recalls: PublicRecallReader) {}

  @Get()
  home(@Req() request: WebRequest, @Res() reply: WebReply, @Query() query: QueryText): void {
    sendPage(reply, 200, landingPage(languageOf(request, query)));
  }

  /** Leads a typed code (any spelling), with lot and serial where given, to its page. 400 when it is none. */
  @Get('lookup')
  lookUp(@Req() request: WebRequest, @Res() reply: WebReply, @Query() query: QueryText): void {
    const language = languageOf(request, query);
    const parsed = parseCode(textOf(query['code']) ?? '');
    const error = parsed.ok ? faultOf(parsed.identifier) : parsed.error;
    if (!parsed.ok || error !== undefined) {
      const fault = error ?? { rule: 'gs1/not-a-code', message: 'no code' };
      if (wants(headerOf(request, 'accept')) !== 'page') throw badCode(fault);
      return sendPage(reply, 400, badCodePage(fault.message, '/', language));
    }
    const code = withPrinted(parsed.identifier, textOf(query['lot'])?.trim(), textOf(query['serial'])?.trim());
    const path = pathOf(code);
    reply.status(303).header('location', `${path}?lang=${language}`).send('');
  }

  /** Published recalls, newest first. */
  @Get('recalls')
  async list(@Req() request: WebRequest, @Res() reply: WebReply, @Query() query: QueryText): Promise<void> {
    const cursor = textOf(query['cursor']);
    const page = await this.recalls.list({ limit: RECALLS_PER_PAGE, ...(cursor === undefined ? {} : { cursor }) });
    sendPage(reply, 200, recallListPage(page.items, page.next, languageOf(request, query)));
  }

  /** The public notice of a recall. 404 for one that does not exist, was not published or is a drill. */
  @Get('recalls/:id')
  async recall(
    @Param('id') id: string,
    @Req() request: WebRequest,
    @Res() reply: WebReply,
    @Query() query: QueryText,
  ): Promise<void> {
    const language = languageOf(request, query);
    const recall = await this.recalls.find(id);
    if (recall !== undefined) return sendPage(reply, 200, recallPage(recall, language));
    if (wants(headerOf(request, 'accept')) !== 'page') throw Problem.notFound('There is no published recall of this id.');
    sendPage(reply, 404, notFoundPage(`/recalls/${encodeURIComponent(id)}`, language));
  }
}

function languageOf(request: WebRequest, query: QueryText): Language {
  return chooseLanguage(textOf(query['lang']), headerOf(request, 'accept-language'));
}

/** The code with the lot and serial that the shopper read off the pack; what the code itself states wins. */
function withPrinted(code: Identifier, lot: string | undefined, serial: string | undefined): Identifier {
  const gtin = code.gtin ?? '';
  const whole = {
    gtin,
    lot: code.lot ?? (lot === '' ? undefined : lot),
    serial: code.serial ?? (serial === '' ? undefined : serial),
  };
  const printed = {
    ...(whole.lot === undefined ? {} : { lot: whole.lot }),
    ...(whole.serial === undefined ? {} : { serial: whole.serial }),
  };
  if (whole.serial !== undefined) return { kind: 'instance', gtin, key: instanceKey(gtin, whole.serial), ...printed };
  if (whole.lot !== undefined) return { kind: 'lot', gtin, key: lotKey(gtin, whole.lot), ...printed };
  return { kind: 'class', gtin, key: classKey(gtin) };
}
