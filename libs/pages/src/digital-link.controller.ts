import { Public } from '@suyuan/access';
import { CodeError, Identifier, parseCode } from '@suyuan/gs1';
import { Problem, Settings } from '@suyuan/platform';
import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { Directory } from '@suyuan/access';
import { linkOfType, linksetOf } from './linkset';
import { ProductFactsReader } from './product-facts';
import { chooseLanguage } from './render/language';
import { badCodePage } from './render/plain-pages';
import { productPage } from './render/product-page';
import { headerOf, sendPage, textOf, wants, WebReply, WebRequest } from './web';

/** GS1 Digital Link addresses of trade items on this server: a page for people, a linkset for programs. */
@Controller()
@Public()
export class DigitalLinkController {
  constructor(
    private readonly facts: ProductFactsReader,
    private readonly directory: Directory,
    private readonly settings: Settings,
  ) {}

  /**
   * `/01/{gtin}[/22/{cpv}][/10/{lot}][/21/{serial}]`. `Accept: application/linkset+json` or `?linkType=all` gives the linkset,
   * another `linkType` leads to that link (404 when there is none). A malformed code or wrong check digit: 400.
   */
  @Get('01/*')
  async show(
    @Req() request: WebRequest,
    @Res() reply: WebReply,
    @Query() query: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const sent = request.url.split('?')[0] ?? '';
    const wanted = wants(headerOf(request, 'accept'));
    const language = chooseLanguage(textOf(query['lang']), headerOf(request, 'accept-language'));
    const parsed = parseCode(sent);
    const fault = parsed.ok ? faultOf(parsed.identifier) : parsed.error;
    if (!parsed.ok || fault !== undefined) {
      const error = fault ?? { rule: 'gs1/malformed-key', message: 'no GS1 key' };
      if (!(headerOf(request, 'accept') ?? '').includes('text/html')) throw badCode(error);
      return sendPage(reply, 400, badCodePage(error.message, safePath(sent), language));
    }
    const code = parsed.identifier;
    const path = pathOf(code);
    const linkType = textOf(query['linkType']);
    if (linkType !== undefined || wanted !== 'page') return this.links(request, reply, code, path, linkType);
    sendPage(reply, 200, productPage(await this.facts.read(code), path, language));
  }

  private async links(
    request: WebRequest,
    reply: WebReply,
    code: Identifier,
    path: string,
    linkType: string | undefined,
  ): Promise<void> {
    const name = (await this.directory.product(`01/${code.gtin ?? ''}`))?.name;
    const linkset = linksetOf(code, path, this.base(request), name);
    reply
      .header('vary', 'Accept, Accept-Language')
      .header('access-control-allow-origin', '*')
      .header('cache-control', 'no-cache');
    if (linkType !== undefined && linkType !== 'all' && linkType !== 'linkset') {
      const link = linkOfType(linkset, linkType);
      if (link === undefined) throw Problem.notFound(`There is no link of type ${linkType} for this code.`);
      reply.status(307).header('location', link.href).send('');
      return;
    }
    const type = wants(headerOf(request, 'accept')) === 'json' ? 'application/json' : 'application/linkset+json';
    reply.status(200).header('content-type', type).send(JSON.stringify(linkset));
  }

  /** The public address of this server: as configured, else as the client wrote it, if that can be a host at all. */
  private base(request: WebRequest): string {
    const { publicUrl, host, port } = this.settings;
    if (publicUrl !== undefined) return publicUrl;
    const named = headerOf(request, 'host') ?? '';
    return `http://${/^[\w.-]+(:\d{1,5})?$|^\[[\da-f:.]+\](:\d{1,5})?$/i.test(named) ? named : `${host}:${port}`}`;
  }
}

/** Path of a code on this server; unlike its key it keeps the lot beside a serial. */
export function pathOf(code: Identifier): string {
  const part = (ai: string, value: string | undefined): string =>
    value === undefined ? '' : `/${ai}/${encodeURIComponent(value)}`;
  return `/01/${code.gtin ?? ''}${part('10', code.lot)}${part('21', code.serial)}`;
}

/** Only trade items have a page: a path such as `/01/x/00/…` may be read as another key. */
export function faultOf(code: Identifier): CodeError | undefined {
  return code.key.startsWith('01/')
    ? undefined
    : { rule: 'gs1/not-a-trade-item', message: 'the code names no trade item (AI 01)' };
}

export function badCode(error: CodeError): Problem {
  return Problem.badRequest(error.rule, error.message, [{ rule: error.rule, message: error.message }]);
}

/** The path as sent, for the language switch: escaped like all else, and never the start of another host. */
function safePath(path: string): string {
  return path.replace(/^\/+/, '/');
}
