"""How connections are put together."""

from connector.services.connecting.callbacks import Callbacks
from connector.services.connecting.client_grants import ClientGrants
from connector.services.connecting.connections import ConnectionService
from connector.services.connecting.establishing import Establisher
from connector.services.connecting.secret_pages import SecretPages
from connector.services.connecting.sign_in_seals import SignInSeals
from connector.services.connecting.sign_ins import SignIns
from connector.services.rights.service import RightsService
from connector.wiring.base import Base


def connections_of(base: Base, rights: RightsService) -> ConnectionService:
    """Make what makes, lists and ends connections."""
    seals = SignInSeals(base.vault)
    sign_ins = SignIns(
        database=base.database,
        http=base.http,
        seals=seals,
        settings=base.settings,
        clock=base.clock,
    )
    establisher = Establisher(
        database=base.database,
        http=base.http,
        access=base.access,
        work=base.work,
        notices=base.notices,
        languages=base.languages,
        rights=rights,
        moving=base.moving,
        clock=base.clock,
    )
    callbacks = Callbacks(
        database=base.database,
        http=base.http,
        seals=seals,
        establisher=establisher,
        redirect_uri=sign_ins.redirect_uri,
        clock=base.clock,
    )
    client_grants = ClientGrants(http=base.http, establisher=establisher, settings=base.settings)
    return ConnectionService(
        database=base.database,
        http=base.http,
        access=base.access,
        desks=base.desks,
        work=base.work,
        sign_ins=sign_ins,
        callbacks=callbacks,
        client_grants=client_grants,
        secret_pages=SecretPages(
            database=base.database,
            seals=seals,
            establisher=establisher,
            client_grants=client_grants,
            clock=base.clock,
        ),
        settings=base.settings,
        clock=base.clock,
    )
