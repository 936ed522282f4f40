-- What is announced and not received yet, per product and warehouse: kept by inbound orders, as backordered is by orders.
ALTER TABLE "StockLevel" ADD COLUMN "incoming" DECIMAL(15, 4) NOT NULL DEFAULT 0;
ALTER TABLE "StockLevel" ADD CONSTRAINT "StockLevel_incoming_not_negative" CHECK ("incoming" >= 0);

CREATE SEQUENCE "InboundOrder_number_seq";
CREATE TABLE "InboundOrder" (
  "id" TEXT NOT NULL,
  "ownerId" TEXT NOT NULL,
  "number" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "externalRef" TEXT NOT NULL,
  "status" TEXT NOT NULL,
  "supplier" TEXT,
  "warehouseId" TEXT NOT NULL,
  "expectedAt" DATE,
  "carrierCode" TEXT,
  "trackingNumbers" TEXT[] NOT NULL DEFAULT '{}',
  "container" TEXT,
  "note" TEXT,
  "attributes" JSONB NOT NULL DEFAULT '{}',
  "cancelReason" TEXT,
  "arrivedAt" TIMESTAMPTZ(3),
  "closedAt" TIMESTAMPTZ(3),
  "lines" JSONB NOT NULL,
  "version" INTEGER NOT NULL DEFAULT 1,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "InboundOrder_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "InboundOrder_ownerId_fkey" FOREIGN KEY ("ownerId") REFERENCES "Owner" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "InboundOrder_warehouseId_fkey" FOREIGN KEY ("warehouseId") REFERENCES "Warehouse" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "InboundOrder_kind_known" CHECK ("kind" IN ('asn', 'purchase_order')),
  CONSTRAINT "InboundOrder_status_known"
    CHECK ("status" IN ('draft', 'expected', 'in_transit', 'arrived', 'receiving', 'received', 'closed', 'cancelled'))
);
CREATE UNIQUE INDEX "InboundOrder_ownerId_externalRef_key" ON "InboundOrder" ("ownerId", "externalRef");
CREATE UNIQUE INDEX "InboundOrder_number_key" ON "InboundOrder" ("number");
CREATE INDEX "InboundOrder_ownerId_updatedAt_id_idx" ON "InboundOrder" ("ownerId", "updatedAt", "id");
-- What a product may not become while it is announced.
CREATE INDEX "InboundOrder_lines_open_idx" ON "InboundOrder" USING gin ("lines" jsonb_path_ops) WHERE "status" NOT IN ('closed', 'cancelled');
CREATE INDEX "InboundOrder_warehouseId_open_idx" ON "InboundOrder" ("warehouseId") WHERE "status" NOT IN ('closed', 'cancelled');

CREATE SEQUENCE "Receipt_number_seq";
CREATE TABLE "Receipt" (
  "id" TEXT NOT NULL,
  "ownerId" TEXT NOT NULL,
  "number" TEXT NOT NULL,
  "reference" TEXT,
  "inboundOrderId" TEXT,
  "warehouseId" TEXT NOT NULL,
  "note" TEXT,
  "lines" JSONB NOT NULL,
  "version" INTEGER NOT NULL DEFAULT 1,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "Receipt_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "Receipt_ownerId_fkey" FOREIGN KEY ("ownerId") REFERENCES "Owner" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "Receipt_inboundOrderId_fkey" FOREIGN KEY ("inboundOrderId") REFERENCES "InboundOrder" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "Receipt_warehouseId_fkey" FOREIGN KEY ("warehouseId") REFERENCES "Warehouse" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "Receipt_ownerId_reference_key" ON "Receipt" ("ownerId", "reference");
CREATE UNIQUE INDEX "Receipt_number_key" ON "Receipt" ("number");
CREATE INDEX "Receipt_ownerId_updatedAt_id_idx" ON "Receipt" ("ownerId", "updatedAt", "id");
CREATE INDEX "Receipt_inboundOrderId_idx" ON "Receipt" ("inboundOrderId") WHERE "inboundOrderId" IS NOT NULL;

-- Operators give them other names.
INSERT INTO "ReferenceEntry" ("list", "code", "name", "isBuiltIn")
  SELECT 'statuses', 'inbound.' || s.code, initcap(replace(s.code, '_', ' ')), true
  FROM unnest(ARRAY['draft', 'expected', 'in_transit', 'arrived', 'receiving', 'received', 'closed', 'cancelled']) AS s (code);
