import { INestApplication } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { VERSION } from '../version';
import { DocumentBuilder, OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

/** The OpenAPI document of the app's endpoints. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const about = new DocumentBuilder()
    .setTitle('Suyuan 溯源')
    .setDescription('Traceability and recall on EPCIS 2.0. Errors are application/problem+json (RFC 9457).')
    .setVersion(VERSION)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'A key of POST /api/v1/parties/{id}/keys' })
    .addSecurityRequirements('bearer')
    .build();
  return SwaggerModule.createDocument(app, about);
}

/** The messages over Kafka; written by hand, checked by a test of libs/messaging. */
const ASYNC_API = path.resolve(__dirname, '../../../../docs/asyncapi.yaml');

/** `/docs`, `/docs/openapi.json` and `/docs/asyncapi.yaml`, open to everybody; the first are made when first asked for. */
export function serveApiDocs(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => openApiDocument(app), {
    jsonDocumentUrl: 'docs/openapi.json',
    yamlDocumentUrl: 'docs/openapi.yaml',
  });
  const messages = readFileSync(ASYNC_API, 'utf8');
  app.getHttpAdapter().get('/docs/asyncapi.yaml', (_: FastifyRequest, reply: FastifyReply) => {
    void reply.header('Content-Type', 'application/yaml; charset=utf-8').send(messages);
  });
}
