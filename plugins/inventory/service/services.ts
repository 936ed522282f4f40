// What the functions of this folder work with.
import type { Kernel } from '#kernel'
import type { CatalogService } from '../../catalog/public.js'

export interface Services { kernel: Kernel, catalog: CatalogService }
