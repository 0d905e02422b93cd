/** PostgreSQL: embedded or external, migrations, transactions, one store class per aggregate. */
@NullMarked
package dev.trivet.store;

import org.jspecify.annotations.NullMarked;
