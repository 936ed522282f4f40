-- Keys that are compared, sorted or searched by prefix have the collation "C": the same order on every server.
CREATE TABLE "Product" (
  "id" TEXT COLLATE "C" NOT NULL,
  "ownerId" TEXT COLLATE "C" NOT NULL,
  "sku" TEXT NOT NULL,
  "skuKey" TEXT COLLATE "C" NOT NULL,
  "externalRef" TEXT COLLATE "C",
  "name" TEXT NOT NULL,
  "description" TEXT,
  "kind" TEXT NOT NULL,
  "status" TEXT NOT NULL,
  "baseUom" TEXT NOT NULL,
  "qtyScale" SMALLINT NOT NULL,
  "trackBatch" BOOLEAN NOT NULL,
  "trackExpiry" BOOLEAN NOT NULL,
  "trackSerial" BOOLEAN NOT NULL,
  "shelfLifeDays" INTEGER,
  "minShelfLifeReceiveDays" INTEGER,
  "minShelfLifeShipDays" INTEGER,
  "allocationStrategy" TEXT NOT NULL,
  "weightG" INTEGER,
  "lengthMm" INTEGER,
  "widthMm" INTEGER,
  "heightMm" INTEGER,
  "hsCode" TEXT,
  "countryOfOrigin" TEXT,
  "dangerousGoods" JSONB,
  "tempMinC" DECIMAL(5,1),
  "tempMaxC" DECIMAL(5,1),
  "safetyStock" DECIMAL(15,4) NOT NULL,
  "reorderPoint" DECIMAL(15,4),
  "minStock" DECIMAL(15,4),
  "maxStock" DECIMAL(15,4),
  "cost" DECIMAL(18,4),
  "price" DECIMAL(18,4),
  "currency" TEXT,
  "supplierSku" TEXT,
  "categories" TEXT[],
  "imageUrl" TEXT,
  "attributes" JSONB NOT NULL,
  "version" INTEGER NOT NULL DEFAULT 1,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "Product_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "Product_status_known" CHECK ("status" IN ('active', 'inactive', 'archived'))
);
CREATE UNIQUE INDEX "Product_ownerId_skuKey_key" ON "Product" ("ownerId", "skuKey");
CREATE UNIQUE INDEX "Product_ownerId_externalRef_key" ON "Product" ("ownerId", "externalRef");
CREATE INDEX "Product_ownerId_updatedAt_id_idx" ON "Product" ("ownerId", "updatedAt", "id");
-- What Prisma's models can't say: the few products that are not active, and names by prefix.
CREATE INDEX "Product_not_active_idx" ON "Product" ("ownerId", "status", "updatedAt", "id") WHERE "status" <> 'active';
CREATE INDEX "Product_not_active_skuKey_idx" ON "Product" ("ownerId", "status", "skuKey") WHERE "status" <> 'active';
CREATE INDEX "Product_name_idx" ON "Product" ("ownerId", lower("name") text_pattern_ops);

CREATE TABLE "ProductBarcode" (
  "ownerId" TEXT COLLATE "C" NOT NULL,
  "value" TEXT COLLATE "C" NOT NULL,
  "productId" TEXT COLLATE "C" NOT NULL,
  "position" SMALLINT NOT NULL,
  "kind" TEXT NOT NULL,
  "uomCode" TEXT,
  CONSTRAINT "ProductBarcode_pkey" PRIMARY KEY ("ownerId", "value")
);
CREATE INDEX "ProductBarcode_productId_position_idx" ON "ProductBarcode" ("productId", "position");
ALTER TABLE "ProductBarcode" ADD CONSTRAINT "ProductBarcode_productId_fkey"
  FOREIGN KEY ("productId") REFERENCES "Product" ("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "ProductUom" (
  "productId" TEXT COLLATE "C" NOT NULL,
  "code" TEXT NOT NULL,
  "position" SMALLINT NOT NULL,
  "qtyInBase" DECIMAL(15,4) NOT NULL,
  "weightG" INTEGER,
  "lengthMm" INTEGER,
  "widthMm" INTEGER,
  "heightMm" INTEGER,
  "isDefaultInbound" BOOLEAN NOT NULL,
  "isDefaultOutbound" BOOLEAN NOT NULL,
  CONSTRAINT "ProductUom_pkey" PRIMARY KEY ("productId", "code"),
  CONSTRAINT "ProductUom_qtyInBase_positive" CHECK ("qtyInBase" > 0)
);
CREATE INDEX "ProductUom_productId_position_idx" ON "ProductUom" ("productId", "position");
ALTER TABLE "ProductUom" ADD CONSTRAINT "ProductUom_productId_fkey"
  FOREIGN KEY ("productId") REFERENCES "Product" ("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "Warehouse" (
  "id" TEXT NOT NULL,
  "code" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "address" JSONB,
  "gln" TEXT,
  "timezone" TEXT NOT NULL DEFAULT 'UTC',
  "active" BOOLEAN NOT NULL DEFAULT true,
  "allowNegativeStock" BOOLEAN NOT NULL DEFAULT false,
  "defaultReceivingLocationId" TEXT,
  "defaultShippingLocationId" TEXT,
  "version" INTEGER NOT NULL DEFAULT 1,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "Warehouse_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "Warehouse_code_key" ON "Warehouse" ("code");

CREATE TABLE "Location" (
  "id" TEXT NOT NULL,
  "warehouseId" TEXT NOT NULL,
  "code" TEXT NOT NULL,
  "barcode" TEXT,
  "type" TEXT NOT NULL,
  "zone" TEXT,
  "parentId" TEXT,
  "pickable" BOOLEAN NOT NULL DEFAULT true,
  "sellable" BOOLEAN NOT NULL DEFAULT true,
  "receivable" BOOLEAN NOT NULL DEFAULT true,
  "pickPriority" INTEGER NOT NULL DEFAULT 0,
  "locked" BOOLEAN NOT NULL DEFAULT false,
  "lockReason" TEXT,
  "allowMixedProducts" BOOLEAN NOT NULL DEFAULT true,
  "allowMixedBatches" BOOLEAN NOT NULL DEFAULT true,
  "maxWeightG" INTEGER,
  "version" INTEGER NOT NULL DEFAULT 1,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "Location_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "Location_warehouseId_code_key" ON "Location" ("warehouseId", "code");
ALTER TABLE "Location" ADD CONSTRAINT "Location_warehouseId_fkey"
  FOREIGN KEY ("warehouseId") REFERENCES "Warehouse" ("id") ON DELETE RESTRICT ON UPDATE CASCADE;

INSERT INTO "Warehouse" ("id", "code", "name", "defaultReceivingLocationId", "defaultShippingLocationId") VALUES
  ('whs_00000000000000000000000000', 'MAIN', 'Main warehouse', 'loc_00000000000000000000000000', 'loc_00000000000000000000000000');
INSERT INTO "Location" ("id", "warehouseId", "code", "type") VALUES
  ('loc_00000000000000000000000000', 'whs_00000000000000000000000000', 'DEFAULT', 'storage');
