-- Who goods come from, go to and travel with.
CREATE TABLE "Partner" (
  "id" TEXT NOT NULL,
  "ownerId" TEXT NOT NULL,
  "code" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "roles" TEXT[] NOT NULL,
  "externalRef" TEXT,
  "taxId" TEXT,
  "gln" TEXT,
  "email" TEXT,
  "phone" TEXT,
  "addresses" JSONB NOT NULL DEFAULT '[]',
  "minShelfLifeShipDays" INTEGER,
  "attributes" JSONB NOT NULL DEFAULT '{}',
  "active" BOOLEAN NOT NULL DEFAULT true,
  "version" INTEGER NOT NULL DEFAULT 1,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "Partner_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "Partner_ownerId_fkey" FOREIGN KEY ("ownerId") REFERENCES "Owner" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "Partner_roles_known" CHECK ("roles" <@ ARRAY['customer', 'supplier', 'carrier', 'other'] AND cardinality("roles") > 0)
);
CREATE UNIQUE INDEX "Partner_ownerId_code_key" ON "Partner" ("ownerId", "code");
CREATE UNIQUE INDEX "Partner_ownerId_externalRef_key" ON "Partner" ("ownerId", "externalRef");

-- What operators call things that systems must map. Reasons move here.
CREATE TABLE "ReferenceEntry" (
  "list" TEXT NOT NULL,
  "code" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "description" TEXT,
  "active" BOOLEAN NOT NULL DEFAULT true,
  "isBuiltIn" BOOLEAN NOT NULL DEFAULT false,
  "direction" TEXT,
  "requiresNote" BOOLEAN,
  "carrier" TEXT,
  "version" INTEGER NOT NULL DEFAULT 1,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "ReferenceEntry_pkey" PRIMARY KEY ("list", "code"),
  CONSTRAINT "ReferenceEntry_list_known" CHECK ("list" IN ('reasons', 'carriers', 'services', 'units', 'statuses', 'shipping-processes')),
  CONSTRAINT "ReferenceEntry_reason_complete"
    CHECK (("list" = 'reasons') = ("direction" IS NOT NULL) AND ("list" = 'reasons') = ("requiresNote" IS NOT NULL)),
  CONSTRAINT "ReferenceEntry_direction_known" CHECK ("direction" IN ('in', 'out', 'both')),
  CONSTRAINT "ReferenceEntry_carrier_of_service" CHECK ("carrier" IS NULL OR "list" = 'services')
);
INSERT INTO "ReferenceEntry" ("list", "code", "name", "direction", "requiresNote", "isBuiltIn")
  SELECT 'reasons', "code", initcap(replace("code", '_', ' ')), "direction", "requiresNote", "code" IN ('opening', 'recount') FROM "ReasonCode";
DROP TABLE "ReasonCode";

INSERT INTO "ReferenceEntry" ("list", "code", "name", "description") VALUES
  ('units', 'EA', 'Each', 'UNECE Rec 20: C62'), ('units', 'KGM', 'Kilogram', NULL), ('units', 'GRM', 'Gram', NULL), ('units', 'LTR', 'Litre', NULL),
  ('units', 'MLT', 'Millilitre', NULL), ('units', 'MTR', 'Metre', NULL), ('units', 'MTK', 'Square metre', NULL), ('units', 'MTQ', 'Cubic metre', NULL),
  ('units', 'PR', 'Pair', NULL), ('units', 'SET', 'Set', NULL), ('units', 'INNER', 'Inner pack', 'A package'), ('units', 'CASE', 'Case', 'A package'),
  ('units', 'LAYER', 'Layer', 'A package'), ('units', 'PALLET', 'Pallet', 'A package'),
  ('shipping-processes', 'standard', 'Standard', NULL);

INSERT INTO "ReferenceEntry" ("list", "code", "name", "isBuiltIn")
  SELECT 'statuses', s.code, initcap(replace(split_part(s.code, '.', 2), '_', ' ')), true
  FROM unnest(ARRAY[
    'order.draft', 'order.open', 'order.released', 'order.picking', 'order.picked', 'order.packed', 'order.partially_shipped', 'order.shipped',
    'order.delivered', 'order.closed', 'order.cancelled',
    'shipment.packed', 'shipment.shipped', 'shipment.in_transit', 'shipment.delivered', 'shipment.exception', 'shipment.cancelled',
    'stock.available', 'stock.quality', 'stock.quarantine', 'stock.damaged', 'stock.blocked',
    'batch.released', 'batch.quarantined', 'batch.blocked', 'batch.recalled',
    'product.active', 'product.inactive', 'product.archived'
  ]) AS s (code);

-- Clients and webhooks of some warehouses only; events say which they are of.
ALTER TABLE "ApiClient" ADD COLUMN "warehouseIds" TEXT[] NOT NULL DEFAULT '{}';
ALTER TABLE "Webhook" ADD COLUMN "warehouseIds" TEXT[] NOT NULL DEFAULT '{}';
ALTER TABLE "EventOutbox" ADD COLUMN "warehouseId" TEXT;
ALTER TABLE "Event" ADD COLUMN "warehouseId" TEXT;
