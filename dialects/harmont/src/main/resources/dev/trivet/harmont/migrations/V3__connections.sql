-- Where an organization's repositories are: installations of the GitHub App, and workspaces of Bitbucket.
create table github_installation (
    id              bigint      generated always as identity primary key,
    -- GitHub's own id.
    installation_id bigint      not null unique,
    -- Null until an organization has connected it.
    organization_id bigint      references accounts.organizations on delete cascade,
    account_login   text        not null,
    account_type    text        not null,
    -- Whose accounts at GitHub may connect it: that where it is installed, and whoever has installed it.
    account_id      text,
    installer_id    text,
    suspended       boolean     not null default false,
    created         timestamptz not null,
    updated         timestamptz not null
);
create index github_installation_organization on github_installation (organization_id, id);
create index github_installation_account on github_installation (lower(account_login));

create table bitbucket_workspace (
    id              bigint      generated always as identity primary key,
    slug            text        not null unique,
    name            text,
    organization_id bigint      not null references accounts.organizations on delete cascade,
    created         timestamptz not null
);
create index bitbucket_workspace_organization on bitbucket_workspace (organization_id, slug);

-- What was seen there when it was looked at last.
create table forge_repository (
    id             bigint      generated always as identity primary key,
    installation   bigint      references github_installation on delete cascade,
    workspace      bigint      references bitbucket_workspace on delete cascade,
    forge_id       text        not null,
    owner          text        not null,
    name           text        not null,
    full_name      text        not null,
    clone_url      text,
    default_branch text,
    private        boolean     not null,
    synced         timestamptz not null,
    check ((installation is null) <> (workspace is null))
);
create unique index forge_repository_github on forge_repository (installation, forge_id) where installation is not null;
create unique index forge_repository_bitbucket on forge_repository (workspace, forge_id) where workspace is not null;
