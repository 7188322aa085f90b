export * from './ports/shopper-check';
export * from './ports/public-recall-reader';
export * from './ports/product-journey';
export * from './pages.module';
