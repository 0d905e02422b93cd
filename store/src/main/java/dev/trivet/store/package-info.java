/** PostgreSQL: embedded or external, migrations, transactions, one store class per aggregate. */
package dev.trivet.store;
