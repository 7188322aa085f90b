import { Module } from '@nestjs/common';
import { DigitalLinkController } from './digital-link.controller';
import { ProductFactsReader } from './product-facts';
import { PublicPagesController } from './public-pages.controller';

/**
 * The public's pages. Needs, from global modules: Settings, Directory, TraceReader, and the ports of this library
 * (ShopperCheck, PublicRecallReader, ProductJourney), which the application binds.
 */
@Module({ controllers: [DigitalLinkController, PublicPagesController], providers: [ProductFactsReader] })
export class PagesModule {}
