import { INestApplication } from '@nestjs/common';
import { DocumentBuilder, OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

/** The OpenAPI document of the app's endpoints. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const about = new DocumentBuilder()
    .setTitle('Suyuan 溯源')
    .setDescription('Traceability and recall on EPCIS 2.0. Errors are application/problem+json (RFC 9457).')
    .setVersion('0.1.0')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'A key of POST /api/v1/parties/{id}/keys' })
    .addSecurityRequirements('bearer')
    .build();
  return SwaggerModule.createDocument(app, about);
}

/** `/docs` and `/docs/openapi.json`, open to everybody; the document is made when it is first asked for. */
export function serveApiDocs(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => openApiDocument(app), {
    jsonDocumentUrl: 'docs/openapi.json',
    yamlDocumentUrl: 'docs/openapi.yaml',
  });
}
