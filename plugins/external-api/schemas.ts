import { Timestamp, oneOf, ref, strictObject, Type } from '#kernel'

export const MetaOperation = strictObject({
  id: Type.String({ examples: ['product.create'] }),
  title: Type.String({ examples: ['Create a product'] }),
  method: oneOf(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], { examples: ['POST'] }),
  path: Type.String({ description: 'With `{parameters}` as in the OpenAPI document.', examples: ['/api/external/v1/products'] })
}, { $id: 'MetaOperation' })

export const Meta = strictObject({
  client: strictObject({
    id: Type.String({ examples: ['cli_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
    name: Type.String({ examples: ['My ERP'] }),
    ownerId: Type.String({ examples: ['own_00000000000000000000000000'] }),
    warehouseIds: Type.Array(Type.String(), { description: 'The only warehouses whose data it sees; empty: all.', examples: [[]] })
  }),
  operations: Type.Array(ref(MetaOperation), { description: 'What this client may call now: switched on and granted.' }),
  serverTime: Timestamp(),
  maxPageSize: Type.Integer({ examples: [200] }),
  links: strictObject({
    openapi: Type.String({ examples: ['https://wms.example.com/docs/json'] }),
    documentation: Type.String({ examples: ['https://wms.example.com/docs'] })
  })
}, { $id: 'Meta' })
