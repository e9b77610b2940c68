/** What people and an MES state about orders, products, changeovers and counts, and what of it holds. */
export { COUNT_KIND, COUNT_STATEMENT_DATA, type CountStatement } from "./count-statement.ts";
export { heldProduction, heldProductionStatements, PRODUCTION_KINDS, productionStatementOf } from "./held.ts";
export { MachineProduction, type ProductionTold } from "./machine-production.ts";
export { ORDER_KINDS, ORDER_STATEMENT_DATA, type OrderStatement } from "./order-statement.ts";
export { LONGEST_ORDER, type PassedOver, type ProductionStatement, type Stated, stated } from "./stated.ts";
